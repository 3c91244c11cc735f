import ArgumentParser
import ConversionContract
import Foundation
import Glibc
import LinuxSystem
import Pipeline

struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Convert one file, without accounts and queue.")

    @Argument(help: "The video.")
    var input: String
    @Argument(help: "The MP3; it must not exist yet.")
    var output: String
    @Option(help: "What it becomes: \(Preset.names).")
    var preset = Preset.standard
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let settings = try await options.settings()
        let source: Descriptor
        do {
            source = try Descriptor.open(input, flags: O_RDONLY)
        } catch {
            throw CommandFailure("\(error)", status: EX_NOINPUT)
        }
        let audio: Descriptor
        do {
            audio = try Descriptor.open(output, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o644)
        } catch {
            throw CommandFailure("\(error)", status: EX_CANTCREAT)
        }
        let converters = try ConverterPool(settings.convert, capacity: 0)
        let isTerminal = isatty(STDERR_FILENO) == 1
        let ending = try await converters.convert(source: source, audio: audio, of: 0, preset: preset) { progress in
            guard isTerminal, let fraction = progress.fraction else { return }
            StandardError.write("\r\(Int(fraction * 100)) %")
        }
        if isTerminal { StandardError.write("\r\u{1B}[K") }
        switch ending {
        case .exited(.converted, let report):
            try audio.synchronize()
            print("\(output): \(Int((report?.produced ?? 0).rounded())) s, \(report?.encoder ?? preset.rawValue)")
        case .exited(let status, let report):
            unlink(output)
            throw CommandFailure("\(input): \(report?.message ?? "could not be converted")", status: status.rawValue)
        case .crashed(let how):
            unlink(output)
            throw CommandFailure("\(input): the converter crashed (\(how))")
        case .stopped(let objection):
            unlink(output)
            throw CommandFailure("\(input): \(objection.rawValue)")
        }
    }
}
