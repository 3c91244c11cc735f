import ConversionContract
import Domain
import Testing

struct DropPathTests {
    @Test(arguments: [
        "a", "a.mp4", "a/b", "a/b/c.mp4", "...", "..a", "a..", ".a/.b", "a b", "-", "@voice/a", "a\nb", "\\", "ä/ö",
    ])
    func accepts(_ text: String) throws {
        #expect(try #require(DropPath(text)).bytes == Array(text.utf8))
    }

    @Test(arguments: [
        "", "/", "/a", "//a", "a/", "a//b", ".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b", "a\0", "\0",
        "a/b\0c",
    ])
    func rejects(_ text: String) {
        #expect(DropPath(text) == nil)
    }

    @Test func `takes any bytes but NUL and slash`() throws {
        let name = Array(UInt8(1)...255).filter { $0 != UInt8(ascii: "/") }
        let path = try #require(DropPath(bytes: name))
        #expect(path.name == name)
        #expect(path.folder == nil)
    }

    @Test(arguments: [("a", nil, "a"), ("a/b", "a", "b"), ("a/b/c.mp4", "a/b", "c.mp4")])
    func `has a folder and a name`(text: String, folder: String?, name: String) throws {
        let path = try #require(DropPath(text))
        #expect(path.folder == folder.flatMap { DropPath($0) })
        #expect(path.name == Array(name.utf8))
        #expect(DropPath.path(of: path.name, in: path.folder) == path)
    }

    @Test(arguments: ["", ".", "..", "a\0"])
    func `appends only what is a name`(name: String) throws {
        #expect(try #require(DropPath("a")).appending(Array(name.utf8)) == nil)
        #expect(DropPath.path(of: Array(name.utf8), in: nil) == nil)
    }

    @Test(arguments: [
        ("a.mp4", nil, "a.mp4"), ("@voice/a.mp4", "voice", "a.mp4"), ("talks/@voice/a.mp4", "voice", "talks/a.mp4"),
        ("@voice/talks/a.mp4", "voice", "talks/a.mp4"), ("@voice/x/@high/y/a.mp4", "high", "x/y/a.mp4"),
        ("@a.mp4", nil, "@a.mp4"), ("@voice/@a.mp4", "voice", "@a.mp4"), ("a@b/c.mp4", nil, "a@b/c.mp4"),
        ("@voice/@eaDir/a.mp4", "voice", "@eaDir/a.mp4"), ("@loud/a.mp4", nil, "@loud/a.mp4"),
    ])
    func `a folder named after a preset asks for it and is left out`(path: String, preset: String?, left: String) throws
    {
        let path = try #require(DropPath(path))
        #expect(path.preset?.rawValue == preset)
        #expect(path.withoutPresetFolders == DropPath(left))
    }

    @Test func `is ordered by bytes`() throws {
        let paths = ["b", "a/b", "a", "B", "ä", "a.b"].compactMap { DropPath($0) }
        #expect(paths.sorted().map(\.display) == ["B", "a", "a.b", "a/b", "b", "ä"])
    }

    @Test(arguments: [
        ("plain/name.mp4", "plain/name.mp4"), ("two\nlines", "two\u{FFFD}lines"), ("\u{1B}[31mred", "\u{FFFD}[31mred"),
        ("a\u{7F}b\u{85}c", "a\u{FFFD}b\u{FFFD}c"), ("a\u{2028}b\u{2029}c", "a\u{FFFD}b\u{FFFD}c"),
        ("evil\u{202E}4pm.exe", "evil\u{FFFD}4pm.exe"), ("\u{202A}\u{2066}\u{2069}x", "\u{FFFD}\u{FFFD}\u{FFFD}x"),
        ("\u{1F468}\u{200D}\u{1F469}", "\u{1F468}\u{200D}\u{1F469}"), ("می‌خواهم", "می‌خواهم"),
    ])
    func `is shown without what breaks lines or turns text round`(path: String, shown: String) throws {
        #expect(try Array(#require(DropPath(path)).display.unicodeScalars) == Array(shown.unicodeScalars))
    }

    @Test func `invalid UTF-8 is shown as replacement characters`() throws {
        let path = try #require(DropPath(bytes: [0x61, 0xFF, 0xC3, 0x28, 0x62]))
        #expect(path.display == "a\u{FFFD}\u{FFFD}(b")
    }
}
