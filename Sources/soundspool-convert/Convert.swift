public import ArgumentParser
import Conversion
public import ConversionContract
import Glibc
public import LinuxSystem

/// Reads a video from standard input and writes its sound as an MP3 to standard output.
@main
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soundspool-convert",
        abstract: "Convert the sound of a video into an MP3.",
        usage: "soundspool-convert [OPTIONS] < VIDEO > AUDIO.mp3",
        discussion: """
            Standard input and standard output must be files, not pipes. Standard error gets one JSON object a line: \
            {"progress":…} up to ten times a second, and {"report":…} at the end.

            Exit status: 0 converted; 64 usage; 65 cannot be converted; 70 internal error; 74 input or output failed; \
            75 the video is incomplete; 77 the sandbox could not be set up.
            """)

    @Option(help: "\(Preset.allCases.map(\.rawValue).joined(separator: ", ")).")
    var preset = Preset.standard

    @Option(help: ArgumentHelp("Constant bit rate, 32 to 320, instead of the preset's.", valueName: "kbit/s"))
    var bitRate: Int?

    @Option(
        help: ArgumentHelp(
            "The sound track: default, a language as de or deu, or its number; 1 is the first.", valueName: "track"))
    var track = TrackChoice.standard

    @Flag(help: "Convert nothing: report what the container says of its sound tracks.")
    var listTracks = false

    @Option(
        help: """
            Write ReplayGain tags (tag; sound that is copied keeps those it has), measure sound that is copied too, which \
            takes several times as long (always), or do not measure the loudness (off).
            """)
    var loudness = LoudnessMode.tag

    @Option(help: "Threads that encode, 1 to 64 (default: one for each processor).")
    var threads: Int?

    @Option(help: ArgumentHelp("The longest sound that is converted.", valueName: "seconds"))
    var maxDuration = ConversionLimits().duration

    @Option(help: ArgumentHelp("The largest MP3 that is written.", valueName: "bytes"))
    var maxOutput = ConversionLimits().outputBytes

    @Flag(help: "Convert nothing: print the containers and codecs that are let in but that libav lacks, one a line.")
    var missingFormats = false

    @Flag(help: "Serve conversions, one after another, over the socket that is standard input. For the service.")
    var serve = false

    @Option(
        help: ArgumentHelp(
            "What the kernel may lack for the sandbox: \(Sandbox.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "level"))
    var sandboxLevel = Sandbox.Level.full

    func validate() throws {
        guard Preset.constantBitRates.contains(bitRate ?? 128) else {
            let rates = Preset.constantBitRates.map(String.init).joined(separator: ", ")
            throw ValidationError("--bit-rate must be one of \(rates).")
        }
        guard (1...64).contains(threads ?? 1) else { throw ValidationError("--threads must be 1 to 64.") }
        guard maxDuration > 0 else { throw ValidationError("--max-duration must be 1 second or more.") }
        guard maxOutput > 0 else { throw ValidationError("--max-output must be 1 byte or more.") }
    }

    private var request: ConversionRequest {
        ConversionRequest(
            preset: preset, bitRate: bitRate, track: track, loudness: loudness, threads: threads,
            listsTracks: listTracks,
            limits: ConversionLimits(duration: maxDuration, outputBytes: maxOutput))
    }

    func run() throws {
        if missingFormats { return print(FormatInventory.missing.joined(separator: "\n")) }
        // A reader that is gone is then an error of `write`, and ends the conversion in order.
        signal(SIGPIPE, SIG_IGN)
        // A job can be done again; the service and its neighbours should not go for its sake.
        MemoryShortage.goFirst()
        let socket = serve ? PacketSocket(owning: Descriptor(owning: STDIN_FILENO)) : nil
        let lines = MessageWriter(descriptor: STDERR_FILENO)
        let send: (ConverterMessage) throws -> Void = { message in
            if let socket { try socket.send(message.line()) } else { try lines.write(message) }
        }
        let processors = ConversionRequest.processors
        let limits = Sandbox.Limits(
            request.limits, threads: request.encoderThreads(of: processors), isServing: serve)
        do {
            try Sandbox.enter(sandboxLevel, limits: limits, channel: serve)
        } catch {
            let report = ConversionReport(preset: preset, reason: .sandbox, message: "\(error)")
            try send(.report(report))
            throw ExitCode(report.exitStatus.rawValue)
        }
        // From the next line on, a stranger's bytes are read.
        if let socket {
            let server = ConversionServer(
                socket: socket, processors: processors, cpuSeconds: Sandbox.Limits.cpuSeconds(request.limits))
            throw try ExitCode(server.run().rawValue)
        }
        let report = request.fulfil(
            source: STDIN_FILENO, destination: STDOUT_FILENO, messages: STDERR_FILENO, processors: processors
        ) { progress in
            try send(.progress(progress))
        }
        do {
            try send(.report(report))
        } catch {
            throw ExitCode(ExitStatus.inputOutput.rawValue)
        }
        throw ExitCode(report.exitStatus.rawValue)
    }
}

extension Preset: ExpressibleByArgument {}

extension LoudnessMode: ExpressibleByArgument {}

extension Sandbox.Level: ExpressibleByArgument {}

extension TrackChoice: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
