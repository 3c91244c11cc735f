import Domain
import HTTPTypes
import Testing

@testable import Web

struct UploadNameTests {
    @Test(arguments: [
        ("video.mp4", "video.mp4"),
        ("v%C3%ADdeo%20100%25.mp4", "vídeo 100%.mp4"),
        ("a...", "a..."),
        (#"a\b.mp4"#, #"a\b.mp4"#),
        ("@voice", "@voice"),
    ])
    func takesANameInAPath(component: String, name: String) throws {
        #expect(try UploadName.inPath(component).bytes == Array(name.utf8))
    }

    @Test func takesANameThatIsNotUTF8() throws {
        #expect(try UploadName.inPath("a%FF.mp4").bytes == [0x61, 0xFF] + Array(".mp4".utf8))
    }

    @Test(arguments: [
        "", ".", "..", "%2e%2E", "a/b", "a%2Fb", "%2Fetc%2Fpasswd", "a%00b", "a%0Ab", "a%1B%5B2J", "a%7Fb", "a%C2%85b",
        ".hidden", "a.part", "%2Etoken", "100%", "%zz", "%4", String(repeating: "a", count: 256),
    ])
    func refusesANameInAPath(component: String) {
        #expect { try UploadName.inPath(component) } throws: { ($0 as? Problem)?.status == .badRequest }
    }

    @Test(arguments: [
        ("video.mp4", "video.mp4"),
        (#"C:\fakepath\video.mp4"#, "video.mp4"),
        ("folder/sub/video.mp4", "video.mp4"),
        ("the %22best%22.mp4", #"the "best".mp4"#),
        ("100%.mp4", "100%.mp4"),
        ("../../etc/passwd", "passwd"),
    ])
    func takesAFormsName(filename: String, name: String) throws {
        #expect(try UploadName.inForm(Array(filename.utf8)).bytes == Array(name.utf8))
    }

    @Test(arguments: ["..", "a/..", "folder/", #"folder\"#, "a\u{0}b", "a\nb"])
    func refusesAFormsName(filename: String) {
        #expect { try UploadName.inForm(Array(filename.utf8)) } throws: { ($0 as? Problem)?.status == .badRequest }
    }
}
