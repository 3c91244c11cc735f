import Foundation
import TestSupport
import Testing

@Suite("What letters say")
struct LetterTests {
    @Test("Two hundred drops are one letter")
    func digest() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let window = ["SOUNDSPOOL_MAIL_WINDOW": "1h", "SOUNDSPOOL_MAIL_WINDOW_AT_MOST": "2h"]
        let server = try await appliance.serve(environment: window)
        let sources = [try await Videos.short(), try await Videos.silent()]
        let inbox = appliance.folder("inbox").path
        let copies = (0..<200).map { "cp '\(sources[$0 % 20 == 7 ? 1 : 0].path)' '\(inbox)/\($0).mp4'" }
        let copied = try await Program("/bin/sh").run(["-e"], input: copies.joined(separator: "\n"))
        try #require(copied.status == 0, "\(copied.errors)")
        try await eventually("all have ended") {
            appliance.names("outbox").count == 190 && appliance.names("failed").count { $0.hasSuffix(".mp4") } == 10
        }
        struct Row: Decodable { let results: Int }
        try await eventually("one letter waits for more") {
            try await appliance.json([Row].self, "mail", "list").map(\.results) == [200]
        }
        #expect(try appliance.letters.isEmpty)
        #expect(try await appliance.command("mail", "retry", "--all").status == 0)
        try await eventually("it is written") { try appliance.letters.count == 1 }
        let letter = try await ParsedLetter.parse(try #require(try appliance.letters.first))
        #expect(letter.subject == "190 MP3s are ready, 10 files failed")
        #expect(letter.body.split(separator: "\n").count { $0.hasPrefix("ready   ") } == 190)
        #expect(letter.body.split(separator: "\n").count { $0.hasPrefix("FAILED  ") } == 10)
        try await server.stop()
        #expect(try appliance.letters.count == 1)
    }

    @Test("Names and tags can add no header, and no markup")
    func injection() async throws {
        let place = try TemporaryDirectory()
        let tagged = place.url.appending(path: "tagged.mp4")
        let made = try await Program("/usr/bin/ffmpeg").run([
            "-v", "error", "-nostdin", "-i", try await Videos.silent().path, "-c", "copy", "-metadata",
            "title=x\r\nBcc: eve@example.org\r\n\r\n<script>", tagged.path,
        ])
        try #require(made.status == 0, "\(made.errors)")
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let name = "a\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)<\u{2028}\u{202E}=?UTF-8?Q?x?=.mp4"
        try await appliance.drop(try await Videos.short(), as: name)
        try await appliance.drop(tagged, as: name + ".mov")
        try await eventually("both letters are written") { try appliance.letters.count == 2 }
        try await server.stop()
        for text in try appliance.letters {
            let letter = try await ParsedLetter.parse(text)
            #expect(letter.defects == [])
            #expect(
                letter.names == [
                    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
                ])
            #expect(!letter.subject.contains { $0.isNewline })
            let html = try #require(letter.html)
            #expect(!html.contains("<script"))
            #expect(html.contains("&lt;script&gt;"))
        }
    }

    @Test("The account's owner chooses which letters come")
    func choice() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let added = try await appliance.command(
            "account", "add", "bob", "--email", "bob@example.org", "--letters", "failures")
        #expect(added.status == 0)
        #expect(try await appliance.command("account", "show", "bob").output.contains("Letters: failures\n"))
        #expect(try await appliance.command("account", "show", "ada").output.contains("Letters: digest\n"))
        #expect(try await appliance.command("account", "letters", "ada", "sometimes").status == 64)
        #expect(try await appliance.command("account", "letters", "ada", "none").status == 0)
        let server = try await appliance.serve()
        for account in ["ada", "bob"] {
            try await appliance.drop(try await Videos.short(), as: "good.mp4", for: account)
            try await appliance.drop(try await Videos.silent(), as: "bad.mp4", for: account)
        }
        try await eventually("all have ended") {
            try await appliance.jobs().count { ["published", "failed"].contains($0.state) } == 4
        }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await server.stop()
        let letters = try appliance.letters
        #expect(letters.map { $0.contains("To: bob@") && $0.contains("Could not convert bad.mp4") } == [true])
    }

    @Test(
        "An administrator's templates are used, and a broken one is told with its line while the built-in one is sent")
    func templates() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let folder = appliance.directory.url.appending(path: "letters")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (good, bad) = (folder.appending(path: "completed.txt"), folder.appending(path: "failed.txt"))
        try Data("Subject: Fertig: {{output}}\n\nHallo {{account}}!\n".utf8).write(to: good)
        #expect(try await appliance.command("config", "check").status == 0)
        try Data("Subject: Schade\n\n{{#reason}}\n".utf8).write(to: bad)
        let check = try await appliance.command("config", "check")
        #expect(check.status == 78)
        #expect(check.errors.contains("\(bad.path):4: a section that is open here is never closed"), "\(check.errors)")
        let server = try await appliance.serve()
        #expect(server.program.printed.contains("a letter's template is not used"))
        try await appliance.drop(try await Videos.short(), as: "good.mp4")
        try await appliance.drop(try await Videos.silent(), as: "bad.mp4")
        try await eventually("both letters are written") { try appliance.letters.count == 2 }
        try await server.stop()
        let letters = try appliance.letters
        #expect(letters.contains { $0.contains("Subject: Fertig: good.mp3") && $0.contains("Hallo ada!") })
        #expect(letters.contains { $0.contains("Subject: Could not convert bad.mp4") })
    }
}
