import ConversionContract
import Foundation
import LinuxSystem
import TestSupport
import Testing

/// The shipped converter as the service runs it, one conversion after another over a socket, seen from outside.
@Suite("The confined converter", .enabled(if: getuid() == 0, "what /proc tells of it is root's to read"))
struct ConfinementTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A converter that waits for requests; it ends when its socket does.
    private struct Warm {
        let socket: PacketSocket
        let process: Process

        init() throws {
            let there: Int32
            (socket, there) = try PacketSocket.pair()
            let end = FileHandle(fileDescriptor: there, closeOnDealloc: false)
            defer { close(there) }
            process = Process()
            // The shell keeps the descriptor by which Foundation knows that a child runs: the converter closes it, and all
            // other ends would have to wait for its.
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = [
                "-c", #""$0" --serve --threads 2; exit $?"#,
                Program.builtPrograms.appending(path: "soundspool-convert").path,
            ]
            process.standardInput = end
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        func convert(_ source: URL, into audio: String) throws -> ConversionReport {
            let film = try Descriptor.open(source.path, flags: O_RDONLY)
            let place = try Descriptor.open(audio, flags: O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
            try socket.send(
                JSONEncoder().encode(ConversionRequest(threads: 2)), descriptors: [film.raw, place.raw])
            while let packet = try socket.receive(limit: ConverterMessage.maximumLength) {
                if case .report(let report) = ConverterMessage(line: Data(packet.bytes)) { return report }
            }
            throw NeverHappened(description: "it reports")
        }

        /// The converter's own directory in `/proc`.
        var place: String {
            get throws {
                let shell = process.processIdentifier
                let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
                return "/proc/" + (try #require(children.split(separator: " ").first))
            }
        }

        /// A file below `/proc/PID`, by lines.
        func kernelSays(_ file: String) throws -> [Substring] {
            try String(contentsOfFile: place + "/" + file, encoding: .utf8).split(separator: "\n")
        }
    }

    @Test("Between two conversions all walls are around it, and it holds nothing of the last")
    func walls() async throws {
        let warm = try Warm()
        let report = try warm.convert(await Videos.short(), into: directory.path + "/out.mp3")
        #expect(report.reason == nil, "\(report)")

        // A thread that was waited for is counted until the kernel has done away with it.
        try await eventually("it has one thread") { try warm.kernelSays("status").contains("Threads:\t1") }
        let status = Dictionary(
            try warm.kernelSays("status").map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (String(parts[0]), parts.last?.trimmingCharacters(in: .whitespaces) ?? "")
            }, uniquingKeysWith: { $1 })
        #expect(status["Seccomp"] == "2")
        #expect(status["NoNewPrivs"] == "1")
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(status[set] == "0000000000000000", "\(set)") }

        let limits = try warm.kernelSays("limits")
        let megabyte = 1 << 20
        let expected: [(name: String, soft: Int, hard: Int)] = [
            ("Max core file size", 0, 0), ("Max data size", 576 * megabyte, 576 * megabyte),
            ("Max address space", 1984 * megabyte, 1984 * megabyte), ("Max cpu time", 172_920, 172_925),
            ("Max file size", 8193 * megabyte, 8193 * megabyte), ("Max open files", 5, 5),
        ]
        for (name, soft, hard) in expected {
            let values = limits.first { $0.hasPrefix(name) }?.dropFirst(name.count).split(separator: " ").prefix(2)
            #expect(values?.compactMap { Int($0) } == [soft, hard], "\(name)")
        }

        let opened = try FileManager.default.contentsOfDirectory(atPath: warm.place + "/fd")
        #expect(opened.sorted() == ["0", "1", "2"])
    }

    @Test("A file whose headers take too long is refused over the socket, too")
    func deadline() async throws {
        let warm = try Warm()
        let report = try warm.convert(
            await HostileMedia.bomb("many-tags", in: directory), into: directory.path + "/out.mp3")
        #expect(report.reason == .overLimit)
        #expect(report.message?.contains("opening it takes too long") == true, "\(report)")
        try await eventually("it has ended") { !warm.process.isRunning }
        #expect(warm.process.terminationStatus == 65)
    }

    @Test(
        "Where the kernel lacks a wall, nothing is read, and the status says so",
        arguments: ["landlock_create_ruleset", "seccomp"])
    func lacking(call: String) async throws {
        let result = try await Program("/bin/sh").run([
            "-c", #"exec strace -f -o "$3" -e inject=$4:error=ENOSYS "$0" <"$1" >"$2""#,
            Program.builtPrograms.appending(path: "soundspool-convert").path, try await Videos.short().path,
            directory.path + "/out.mp3", directory.path + "/trace", call,
        ])
        #expect(result.status == 77)
        let last = try #require(result.errors.split(separator: "\n").last)
        guard case .report(let report) = ConverterMessage(line: Data(last.utf8)) else {
            Issue.record("\(result.errors)")
            return
        }
        #expect(report.reason == .sandbox)
        #expect(report.message?.contains("set convert.sandbox to") == true)
        let trace = try String(contentsOfFile: directory.path + "/trace", encoding: .utf8)
        #expect(trace.contains("(INJECTED)"))
        #expect(trace.firstMatch(of: /p?read(64)?\(0,/) == nil)
    }

    @Test(
        "The service converts nothing then, unless its configuration allows it by name",
        arguments: [("landlock_create_ruleset", "landlock"), ("seccomp", "seccomp")])
    func service(call: String, wall: String) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        func serve(_ environment: [String: String]) throws -> RunningProgram {
            // The tracer is the grandchild, so that signals go to the service.
            try RunningProgram(
                URL(filePath: "/usr/bin/strace"),
                [
                    "-D", "-f", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(call):error=ENOSYS",
                    Program.builtPrograms.appending(path: "soundspool").path, "serve", "--config",
                    appliance.configuration.path,
                ], environment: environment,
                log: appliance.directory.url.appending(path: "serve-\(UUID().uuidString).log"))
        }
        let refusing = try serve([:])
        try await appliance.drop(await Videos.short(), as: "film.mp4")
        try await eventually("the administrator is told") {
            refusing.printed.split(separator: "\n").contains {
                $0.contains(" critical attempt broke off") && $0.contains("set convert.sandbox to no-\(wall)")
            }
        }
        #expect(refusing.printed.contains(" critical the kernel has no \(wall)"))
        try await refusing.end()
        #expect(appliance.names("outbox") == [])

        let allowing = try serve(["SOUNDSPOOL_CONVERT_SANDBOX": "no-\(wall)"])
        try await appliance.drop(await Videos.short(), as: "other.mp4")
        try await eventually("it is published") { appliance.names("outbox").contains("other.mp3") }
        try await allowing.end()
    }
}
