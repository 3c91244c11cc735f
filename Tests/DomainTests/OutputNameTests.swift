import Domain
import Testing

struct OutputNameTests {
    @Test(arguments: [
        ("talk.mp4", "talk.mp3"), ("talk", "talk.mp3"), ("talk.", "talk.mp3"), ("a.b.mkv", "a.b.mp3"),
        ("talk.mp3", "talk.mp3"), ("Größe.MOV", "Größe.mp3"),
        ("v1.0 final cut of the film", "v1.0 final cut of the film.mp3"),
        ("two\nlines.mp4", "twolines.mp3"), ("\u{202E}4pm.exe.mp4", "4pm.exe.mp3"), ("\n", "untitled.mp3"),
    ])
    func `an MP3 is named after its drop`(drop: String, name: String) {
        #expect(OutputName.audio(for: Array(drop.utf8)).candidate(1) == name)
    }

    @Test(arguments: [("talk.mp4", "talk.mp4"), ("talk", "talk"), ("a.tar.gz", "a.tar.gz"), ("a\tb.mp4", "ab.mp4")])
    func `an original keeps its name`(drop: String, name: String) {
        #expect(OutputName.original(Array(drop.utf8)).candidate(1) == name)
    }

    @Test(arguments: [
        (1, "talk.mp3", "talk.mp4"), (2, "talk (2).mp3", "talk (2).mp4"), (11, "talk (11).mp3", "talk (11).mp4"),
    ])
    func `where a name is taken a number follows`(attempt: Int, audio: String, original: String) {
        #expect(OutputName.audio(for: Array("talk.mp4".utf8)).candidate(attempt) == audio)
        #expect(OutputName.original(Array("talk.mp4".utf8)).candidate(attempt) == original)
    }

    @Test func `a dot at the start names a hidden file and not an extension`() {
        #expect(OutputName.original(Array(".mp4".utf8)).candidate(2) == ".mp4 (2)")
        #expect(OutputName.audio(for: Array(".mp4".utf8)).candidate(1) == ".mp4.mp3")
    }

    @Test func `what is too long for an extension is part of the name`() {
        let name = "Mr. and Mrs. Somebody-Or-Other"
        #expect(OutputName.original(Array(name.utf8)).candidate(2) == name + " (2)")
    }

    @Test(arguments: ["a", "ä", "€", "🎬", "e\u{301}", "👨\u{200D}👩\u{200D}👧"], [1, 2, 1000])
    func `a long name is cut between scalars to 200 bytes`(piece: String, attempt: Int) {
        let drop = Array((String(repeating: piece, count: 300) + ".mp4").utf8)
        for name in [OutputName.audio(for: drop).candidate(attempt), OutputName.original(drop).candidate(attempt)] {
            #expect(name.utf8.count <= 200)
            // The longest scalar has four bytes, so no more than three are given away.
            #expect(name.utf8.count >= 197)
            #expect(!name.unicodeScalars.contains("\u{FFFD}"))
            #expect(name.hasSuffix((attempt > 1 ? " (\(attempt))" : "") + (name.hasSuffix("4") ? ".mp4" : ".mp3")))
        }
    }

    @Test func `a name of exactly 200 bytes is not cut`() {
        let drop = String(repeating: "a", count: 196) + ".mp4"
        #expect(OutputName.original(Array(drop.utf8)).candidate(1) == drop)
        #expect(OutputName.original(Array(("a" + drop).utf8)).candidate(1) == drop)
    }

    @Test func `invalid UTF-8 becomes valid`() {
        let name = OutputName.audio(for: [0x61, 0xFF, 0xC3, 0x28] + Array(".mp4".utf8)).candidate(1)
        #expect(name == "a\u{FFFD}\u{FFFD}(.mp3")
    }

    /// What is taken out of the front can leave a dot there, which would hide the MP3 from its owner.
    @Test(arguments: ["\u{1}.mp4", "\u{1}..", "\u{7F}.token", "\u{202E}.a.mp4"])
    func `a name is never hidden by what was taken out of it`(drop: String) {
        #expect(!OutputName.audio(for: Array(drop.utf8)).candidate(1).hasPrefix("."))
        #expect(!OutputName.original(Array(drop.utf8)).candidate(1).hasPrefix("."))
    }
}
