import ArgumentParser
import ConversionContract
import Foundation
import Glibc
import LinuxSystem
import Pipeline

struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Convert one file, without accounts and queue.",
        discussion: """
            With --all-tracks there is an MP3 for each language, film.de.mp3 and film.en.mp3: the output is the directory \
            they go to, or film.mp3. Commentary and audio description are left out where there is anything else.
            """)

    @Argument(help: "The video.")
    var input: String
    @Argument(help: "The MP3; it must not exist yet.")
    var output: String
    @Option(help: "What it becomes: \(Preset.names).")
    var preset = Preset.standard
    @Option(help: "The sound track: default, a language as de or deu, or its number; 1 is the first.")
    var track: TrackChoice?
    @Flag(help: "Make an MP3 for each language.")
    var allTracks = false
    @OptionGroup var printing: OutputOptions
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard track == nil || !allTracks else { throw ValidationError("--track and --all-tracks exclude each other.") }
    }

    func run() async throws {
        try await Interruption.ending { try await convert() }
    }

    private func convert() async throws {
        let conversion = try await DirectConversion(
            input: input, preset: preset, settings: options.settings().convert,
            printsReport: printing.json && !allTracks)
        guard allTracks else {
            let report = try await conversion.convert(to: output, track: track ?? .standard)
            return try printing.json ? Printing.json(report) : print(Self.summary(output, report))
        }
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: output, isDirectory: &isDirectory)
        var results: [Result] = []
        for (language, track) in SoundTrack.oneALanguage(try await conversion.tracks()) {
            let path = OutputNames.path(
                input: input, output: output, isDirectory: isDirectory.boolValue, language: language)
            let report: ConversionReport
            do {
                report = try await conversion.convert(to: path, track: .index(track.index))
            } catch {
                // Those that were made stay.
                if printing.json { try Printing.json(results) }
                throw error
            }
            results.append(Result(output: path, report: report))
            if !printing.json { print(Self.summary(path, report)) }
        }
        if printing.json { try Printing.json(results) }
    }

    private struct Result: Encodable {
        var output: String
        var report: ConversionReport
    }

    private static func summary(_ path: String, _ report: ConversionReport) -> String {
        let words = "\(path): \(Int(report.produced.rounded())) s, \(report.encoder ?? report.preset.rawValue)"
        return report.note.map { "\(words)\n\($0)" } ?? words
    }
}
