import ConversionContract
import Testing

@testable import soundspool

@Suite("The progress bar")
struct ProgressBarTests {
    @Test(
        "Shows what is known, in less than the terminal's width",
        arguments: [
            (60, 120, 3, 80, " 50 % [####################....................]  1:00 of 2:00  20.0x  ETA 0:03"),
            (0, 120, 0, 80, "  0 % [........................................]  0:00 of 2:00  0.0x  ETA -:--"),
            (120, 120, 1, 80, "100 % [########################################]  2:00 of 2:00  120x  ETA 0:00"),
            (60, 120, 3, 50, " 50 % [#####.....]  1:00 of 2:00  20.0x  ETA 0:03"),
            (60, 120, 3, 40, " 50 %  1:00 of 2:00  20.0x  ETA 0:03"), (60, 120, 3, 12, " 50 %  1:00"),
            (3725, nil, 10, 80, "1:02:05  373x"), (60, 120, 3, 0, ""),
        ] as [(Double, Double?, Double, Int, String)])
    func line(position: Double, duration: Double?, elapsed: Double, width: Int, text: String) {
        let progress = ConversionProgress(position: position, duration: duration)
        #expect(ProgressBar.line(progress, elapsed: elapsed, width: width) == text)
    }

    @Test(
        "Languages go into names",
        arguments: [
            ("/films/Käse.mp4", "/music", true, "/music/Käse.de.mp3"), ("Film", "out/", true, "out/Film.de.mp3"),
            ("a.mkv", "b.mp3", false, "b.de.mp3"), ("a.mkv", "b.MP3", false, "b.de.mp3"),
            ("a.mkv", "b", false, "b.de.mp3"),
        ])
    func names(input: String, output: String, isDirectory: Bool, path: String) {
        #expect(OutputNames.path(input: input, output: output, isDirectory: isDirectory, language: "de") == path)
    }

    @Test("One track a language: the default of several, commentary only where there is nothing else")
    func languages() {
        let german = SoundTrack(index: 1, language: "ger")
        let austrian = SoundTrack(index: 2, language: "de-AT", isDefault: true)
        let english = SoundTrack(index: 3, language: "eng")
        let comment = SoundTrack(index: 4, language: "fra", isAuxiliary: true)
        let unknown = SoundTrack(index: 5)
        func chosen(_ tracks: [SoundTrack]) -> [String] {
            SoundTrack.oneALanguage(tracks).map { "\($0.language) \($0.track.index)" }
        }
        #expect(chosen([german, austrian, english, comment, unknown]) == ["de 2", "en 3", "und 5"])
        #expect(chosen([comment]) == ["fr 4"])
        #expect(chosen([]) == [])
    }
}
