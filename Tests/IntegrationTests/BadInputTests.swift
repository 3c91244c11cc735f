import Foundation
import TestSupport
import Testing

/// What people put into inboxes that is no video. Each has its own outcome; nothing is lost.
@Suite("Bad input")
struct BadInputTests {
    @Test("What cannot be converted goes to failed/ with a reason in plain words, and a letter")
    func unconvertible() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let text = appliance.directory.url.appending(path: "notes.txt")
        try Data("Dear diary, this is no video.\n".utf8).write(to: text)
        try await appliance.drop(text, as: "notes.mp4")
        try await appliance.drop(try await Videos.silent(), as: "silent.mp4")
        try await eventually("two letters are written") { try appliance.letters.count == 2 }
        // The other's end may have sent a letter off early.
        try await eventually("the originals are kept") {
            appliance.names("failed") == ["notes.mp4", "notes.mp4.txt", "silent.mp4", "silent.mp4.txt"]
        }
        #expect(appliance.names("outbox") == [])
        #expect(try Data(contentsOf: appliance.folder("failed").appending(path: "notes.mp4")) == Data(contentsOf: text))
        let reasons = Dictionary(uniqueKeysWithValues: try await appliance.jobs().map { ($0.name, $0.reason ?? "") })
        #expect(reasons == ["notes.mp4": "unsupported", "silent.mp4": "no-audio"])
        let note = try String(
            contentsOf: appliance.folder("failed").appending(path: "silent.mp4.txt"), encoding: .utf8)
        #expect(note.contains("silent.mp4 was not converted."))
        #expect(note.contains("no sound"))
        #expect(try appliance.letters.contains { $0.contains("Subject: Could not convert silent.mp4") })
        try await server.stop()
    }

    @Test("What is no plain file waits in the inbox, untouched, and says why")
    func waits() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let inbox = appliance.folder("inbox")
        let secret = appliance.directory.url.appending(path: "secret.mp4")
        try FileManager.default.copyItem(at: try await Videos.short(), to: secret)
        try FileManager.default.createSymbolicLink(
            at: inbox.appending(path: "link.mp4"), withDestinationURL: secret)
        try FileManager.default.linkItem(at: secret, to: inbox.appending(path: "hard.mp4"))
        try Data().write(to: inbox.appending(path: "empty.mp4"))
        try #require(mkfifo(inbox.appending(path: "pipe.mp4").path, 0o644) == 0)
        try FileManager.default.createDirectory(
            at: inbox.appending(path: "folder.mp4"), withIntermediateDirectories: false)
        // Only root can make a device; this is `/dev/zero`.
        let isRoot = getuid() == 0
        if isRoot { try #require(mknod(inbox.appending(path: "device.mp4").path, S_IFCHR | 0o666, 0x0105) == 0) }
        // A good drop after them shows that all of them were looked at.
        try await appliance.drop(try await Videos.short(), as: "zz.mp4")
        try await eventually("the good one is published") { appliance.names("outbox") == ["zz.mp3"] }
        try await eventually("STATUS.txt says why the others wait") {
            let text = appliance.statusText()
            return text.contains("link.mp4: It is a symbolic link") && text.contains("empty.mp4: It is empty")
                && text.contains("pipe.mp4: It is not a file")
                && text.contains("hard.mp4: The same file has another name")
                && (!isRoot || text.contains("device.mp4: It is not a file"))
        }
        #expect(!appliance.statusText().contains("folder.mp4"))
        let device = isRoot ? ["device.mp4"] : []
        #expect(appliance.names("inbox") == device + ["empty.mp4", "folder.mp4", "hard.mp4", "link.mp4", "pipe.mp4"])
        let rows = try await appliance.jobs().filter { $0.state == "waiting" }.map { "\($0.name): \($0.reason ?? "")" }
        #expect(
            rows == device.map { "\($0): not-a-file" } + [
                "empty.mp4: empty", "hard.mp4: hard-linked", "link.mp4: symbolic-link", "pipe.mp4: not-a-file",
            ])
        #expect(try appliance.letters.count == 1)

        // Each is taken once it is what it should be.
        try await appliance.drop(try await Videos.short(), as: "empty.mp4")
        try FileManager.default.removeItem(at: secret)
        try await eventually("both are published") {
            appliance.names("outbox") == ["empty.mp3", "hard.mp3", "zz.mp3"]
        }
        try await server.stop()
    }

    @Test("A file that vanishes while it waits leaves no trace and no letter")
    func vanishes() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        try FileManager.default.removeItem(at: appliance.folder("inbox").appending(path: ".token"))
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.short(), as: "fleeting.mp4")
        try await eventually("it is seen") { appliance.statusText().contains("fleeting.mp4") }
        try FileManager.default.removeItem(at: appliance.folder("inbox").appending(path: "fleeting.mp4"))
        try await eventually("it is forgotten") { appliance.statusText().contains("Waiting: 0") }
        #expect(try await appliance.jobs().isEmpty)
        #expect(try appliance.letters.isEmpty)
        try await server.stop()
    }

    @Test(
        "Names of any bytes are converted, and come out printable",
        arguments: [
            ("two\nlines.mp4", "twolines.mp3"), ("наш урок 👩‍🏫.mp4", "наш урок 👩‍🏫.mp3"), ("-rf.mp4", "-rf.mp3"),
            ("no extension", "no extension.mp3"),
        ])
    func names(name: String, output: String) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.short(), as: name)
        try await eventually("it is published") { appliance.names("outbox") == [output] }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await server.stop()
    }

    @Test(
        "A token file that is missing or wrong leaves the drop where it is; a valid one lets it in",
        arguments: [
            ("missing", "has no file named .token"), ("garbage", "does not hold a token"),
            ("writable", "can be changed by other users"), ("stranger", "is not one of this account"),
            ("link", "is not a plain file"),
        ])
    func token(flaw: String, words: String) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        try await appliance.addAccount("mallory")
        let server = try await appliance.serve()
        let token = appliance.folder("inbox").appending(path: ".token")
        let good = try String(contentsOf: token, encoding: .utf8)
        let other = appliance.folder("inbox", of: "mallory").appending(path: ".token")
        try FileManager.default.removeItem(at: token)
        switch flaw {
        case "garbage": try Data("hello\n".utf8).write(to: token)
        case "writable":
            try Data(good.utf8).write(to: token)
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: token.path)
        case "stranger": try FileManager.default.copyItem(at: other, to: token)
        case "link": try FileManager.default.createSymbolicLink(at: token, withDestinationURL: other)
        default: break
        }
        try await appliance.drop(try await Videos.short(), as: "talk.mp4")
        try await eventually("STATUS.txt says why") { appliance.statusText().contains(words) }
        #expect(appliance.names("inbox") == ["talk.mp4"])
        #expect(try await appliance.jobs().first?.message?.contains(words) == true)

        if flaw != "missing" { try FileManager.default.removeItem(at: token) }
        try Data(good.utf8).write(to: token)
        try await eventually("it is published") { appliance.names("outbox") == ["talk.mp3"] }
        try await server.stop()
    }
}
