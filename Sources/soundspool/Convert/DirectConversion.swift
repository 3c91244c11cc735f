import ConversionContract
import Glibc
import LinuxSystem
import Pipeline

/// Conversions of one file on the command line, without accounts and queue.
struct DirectConversion {
    let input: String
    let preset: Preset
    let settings: Settings.Convert
    /// Whether the report of a failure is printed too.
    let printsReport: Bool

    /// The input's sound tracks.
    func tracks() async throws -> [SoundTrack] {
        let nothing = try Descriptor.open("/dev/null", flags: O_RDWR)
        var request = settings.orders
        request.listsTracks = true
        return try await run(request, audio: nothing).tracks ?? []
    }

    /// Makes one MP3, which is there only when it is whole.
    func convert(to output: String, track: TrackChoice) async throws -> ConversionReport {
        var file = try OutputFile.create(output)
        var request = settings.orders
        request.preset = preset
        request.track = track
        let report = try await run(request, audio: file.descriptor)
        try file.publish()
        return report
    }

    private func run(_ request: ConversionRequest, audio: borrowing Descriptor) async throws -> ConversionReport {
        let source: Descriptor
        do {
            source = try Descriptor.open(input, flags: O_RDONLY)
        } catch {
            throw CommandFailure("\(error)", status: EX_NOINPUT)
        }
        let converters = try ConverterPool(settings, capacity: 0)
        let bar = ProgressBar()
        let ending: ConverterProcess.Ending
        do {
            defer { bar?.clear() }
            ending = try await converters.convert(request, source: source, audio: audio, of: 0) { bar?.show($0) }
        }
        switch ending {
        case .exited(.converted, let report?): return report
        case .exited(.converted, nil): throw CommandFailure("\(input): the converter did not say what it did")
        case .exited(let status, let report):
            if printsReport, let report { try Printing.json(report) }
            throw CommandFailure("\(input): \(report?.message ?? "could not be converted")", status: status.rawValue)
        case .crashed(let how): throw CommandFailure("\(input): the converter crashed (\(how))")
        case .unable(let cause):
            throw CommandFailure("the converter cannot be started: \(cause)", status: EX_UNAVAILABLE)
        case .stopped(let objection): throw CommandFailure("\(input): \(objection.rawValue)")
        }
    }
}
