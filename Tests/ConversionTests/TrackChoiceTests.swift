import ConversionContract
import Foundation
import Testing

@testable import Conversion

@Suite struct TrackChoiceTests {
    @Test(arguments: [
        ("default", TrackChoice.standard), ("de", .language("de")), ("DEU", .language("deu")), ("1", .index(1)),
        ("12", .index(12)),
    ])
    func accepts(text: String, choice: TrackChoice) {
        #expect(TrackChoice(text) == choice)
        #expect(TrackChoice(choice.description) == choice)
    }

    @Test(arguments: ["", "0", "-1", "d", "germ", "d1", "de-DE", "für"])
    func rejects(text: String) {
        #expect(TrackChoice(text) == nil)
    }

    @Test(arguments: [
        ("de", "ger", true), ("deu", "ger", true), ("fr", "fra", true), ("en", "eng", true), ("en-GB", "eng", true),
        ("eng", "ENG", true), ("xx", "xx", true), ("en", "ger", false), ("", "de", false),
    ])
    func languages(left: String, right: String, areEqual: Bool) {
        #expect(Language.areEqual(left, right) == areEqual)
        #expect(Language.areEqual(right, left) == areEqual)
    }

    /// A film with tones of 500, 1000, 1500, … Hz, one a track.
    private func film(_ directory: TemporaryDirectory, tracks: [(language: String, options: [String])]) throws -> String
    {
        let path = directory.path("film.mkv")
        var (inputs, outputs) = ([String](), [String]())
        for (index, track) in tracks.enumerated() {
            inputs += ["-f", "lavfi", "-i", "sine=f=\(500 * (index + 1)):r=44100:d=2"]
            outputs += ["-map", "\(index):a", "-metadata:s:a:\(index)", "language=\(track.language)"]
            outputs += track.options.map { $0.replacingOccurrences(of: "@", with: "a:\(index)") }
        }
        try FFmpeg.run(inputs + outputs + ["-c:a", "flac", path])
        return path
    }

    /// The number of the track that a sound is of, by its zero crossings.
    private func track(of path: String) throws -> Int {
        let samples = try FFmpeg.samples(of: path, rate: 44100, channels: 1)
        let crossings = zip(samples, samples.dropFirst()).count { $0 < 0 && $1 >= 0 }
        return Int((Double(crossings) / 2 / 500).rounded())
    }

    @Test(arguments: [
        (TrackChoice.standard, 2), (.language("de"), 3), (.language("eng"), 2), (.language("fr"), 4), (.index(1), 1),
        (.index(4), 4),
    ])
    func choosesTheTrack(choice: TrackChoice, expected: Int) throws {
        let directory = try TemporaryDirectory()
        let input = try film(
            directory,
            tracks: [
                ("eng", ["-disposition:@", "default+comment", "-metadata:s:@", "title=Director"]),
                ("eng", ["-disposition:@", "0"]), ("ger", ["-disposition:@", "0"]),
                ("fre", ["-disposition:@", "0", "-metadata:s:@", "title=Audio description"]),
            ])
        let output = directory.path("out.mp3")
        let report = try Transcoder(track: choice).convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(report.track == expected)
        #expect(try track(of: output) == expected)
        #expect(report.tracks?.map(\.language) == ["eng", "eng", "ger", "fre"])
        #expect(report.tracks?.map(\.isAuxiliary) == [true, false, false, true])
    }

    /// Music and effects alone are not the film's sound; a transport stream says so by the kind of its audio.
    @Test func effectsAreNotTheFilmsSound() throws {
        let directory = try TemporaryDirectory()
        let input = directory.path("film.ts")
        try FFmpeg.run(
            ["-f", "lavfi", "-i", "sine=f=500:r=44100:d=2", "-f", "lavfi", "-i", "sine=f=1000:r=44100:d=2"]
                + ["-map", "0:a", "-map", "1:a", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=eng"]
                + ["-disposition:a:0", "clean_effects", "-disposition:a:1", "0", "-c:a", "aac", input])
        let report = try Transcoder().convert(input, directory.path("out.mp3"))
        #expect(report.tracks?.map(\.isAuxiliary) == [true, false])
        #expect(report.track == 2)
        #expect(try track(of: directory.path("out.mp3")) == 2)
    }

    @Test func aLanguageThatNobodySaysHasACodeToo() throws {
        let directory = try TemporaryDirectory()
        let input = try film(directory, tracks: [("eng", []), ("und", [])])
        #expect(try Transcoder(track: .language("und")).convert(input, directory.path("out.mp3")).track == 2)
    }

    @Test func theDefaultTrackIsTheDefault() throws {
        let directory = try TemporaryDirectory()
        let input = try film(
            directory, tracks: [("eng", ["-disposition:@", "0"]), ("ger", ["-disposition:@", "default"])])
        #expect(try Transcoder().convert(input, directory.path("out.mp3")).track == 2)
    }

    @Test(arguments: [
        (TrackChoice.language("it"), "The video has no sound in the language it, only in eng."),
        (.index(2), "The video has 1 sound track, no track 2."),
    ])
    func missingTracks(choice: TrackChoice, message: String) throws {
        let directory = try TemporaryDirectory()
        let input = try film(directory, tracks: [("eng", [])])
        let report = try Transcoder(track: choice).convert(input, directory.path("out.mp3"))
        #expect(report.reason == .noAudio)
        #expect(report.message == message)
    }

    /// A report is one line of bounded length, whatever the container calls its tracks.
    @Test func manyTracksFitInTheReport() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("many.mkv")
        let count = ConversionReport.maximumTracks + 8
        var outputs: [String] = []
        for index in 0..<count {
            let title = String(repeating: "\"\\é", count: 200)
            outputs += ["-map", "0:a", "-metadata:s:a:\(index)", "title=\(title)"]
        }
        try FFmpeg.run(["-f", "lavfi", "-i", "sine=d=1"] + outputs + ["-c:a", "pcm_s16le", path])
        for choice in [TrackChoice.standard, .index(count), .language("fr")] {
            let report = try Transcoder(track: choice).convert(path, directory.path("out.mp3"))
            #expect(report.tracks?.count ?? ConversionReport.maximumTracks == ConversionReport.maximumTracks)
            #expect(try ConverterMessage.report(report).line().count <= ConverterMessage.maximumLength)
        }
    }
}
