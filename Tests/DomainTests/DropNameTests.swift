import Domain
import Testing

struct DropNameTests {
    @Test(arguments: [
        ".", ".token", ".DS_Store", "._film.mp4", ".film.mp4.aB3dE9", "Thumbs.db", "THUMBS.DB", "desktop.ini",
        "film.mp4.part", "film.mp4.filepart", "film.mp4.1a2b3c4d.partial", "film.mp4.CRDOWNLOAD", ".part",
    ])
    func ignores(_ name: String) {
        #expect(DropName.isIgnored(Array(name.utf8)))
    }

    @Test(arguments: [
        "film.mp4", "film", "part", "film.part.mp4", "thumbs.db.mp4", "filmpart", "@voice", "film.parts", "STATUS.txt",
    ])
    func `does not ignore`(_ name: String) {
        #expect(!DropName.isIgnored(Array(name.utf8)))
    }

    @Test func `invalid UTF-8 is a drop's name like any other`() {
        #expect(!DropName.isIgnored([0xFF, 0xFE]))
        #expect(DropName.isIgnored([0xFF] + Array(".part".utf8)))
    }
}
