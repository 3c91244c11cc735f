import Domain
import Foundation
import Testing

@testable import Mail

@Suite struct LetterComposerTests {
    private func letter(_ subject: Letter.Subject, drop: [UInt8] = Array("talks/lecture.mp4".utf8)) throws -> Letter {
        Letter(
            id: 1, token: "k7f3", accountName: try #require(AccountName("ada")),
            recipient: try #require(EmailAddress("ada@example.org")), drop: try #require(DropPath(bytes: drop)),
            subject: subject, created: Date(timeIntervalSince1970: 1_700_000_000), attempts: 3)
    }

    private func composer(publicURL: String? = nil) throws -> LetterComposer {
        LetterComposer(sender: try #require(EmailAddress("spool@sound.example.org")), publicURL: publicURL)
    }

    @Test func tellsWhereTheMP3Lies() throws {
        let output = try #require(DropPath("talks/lecture.mp3"))
        let message = try composer(publicURL: "https://sound.example.org/")
            .message(
                for: letter(.completed(output: output, duration: 596.5)), outbox: "/srv/soundspool/home/ada/outbox/")
        #expect(message.subject == "Your MP3 is ready: lecture.mp3")
        #expect(message.from.address.text == "spool@sound.example.org")
        #expect(message.to.address.text == "ada@example.org")
        #expect(message.messageID.text == "<k7f3@sound.example.org>")
        #expect(message.date == Date(timeIntervalSince1970: 1_700_000_000))
        for part in [
            "Hello ada,", "    talks/lecture.mp4\n", "    /srv/soundspool/home/ada/outbox/talks/lecture.mp3\n",
            "It is 9 min 57 s long.", "    https://sound.example.org/\n",
        ] {
            #expect(message.body.contains(part), "\(message.body)")
        }
    }

    @Test func leavesOutWhatIsNotKnown() throws {
        let output = try #require(DropPath("lecture.mp3"))
        let message = try composer(publicURL: "")
            .message(for: letter(.completed(output: output, duration: nil)), outbox: "outbox")
        #expect(!message.body.contains("long."))
        #expect(!message.body.contains("here:"))
    }

    @Test(arguments: [
        ("no-audio", "has sound"), ("unsupported", "MP4"), ("damaged", "copy the file again"),
        ("incomplete", "copy the file again"), ("over-limit", "shorter parts"), ("internal", "administrator"),
    ]) func tellsWhyItFailedAndWhatToDo(reason: String, advice: String) throws {
        let failure = JobFailure(reason: reason, message: "The sound ends after 3 seconds.")
        let message = try composer().message(for: letter(.failed(failure)), outbox: "outbox")
        #expect(message.subject == "Could not convert lecture.mp4")
        for part in ["    talks/lecture.mp4\n", "    The sound ends after 3 seconds.\n", advice, "failed/"] {
            #expect(message.body.contains(part), "\(message.body)")
        }
    }

    @Test func tellsThatADropIsStillIncomplete() throws {
        let message = try composer().message(for: letter(.incomplete), outbox: "outbox")
        #expect(message.subject == "Still incomplete: lecture.mp4")
        for part in ["    talks/lecture.mp4\n", "incomplete for a day", "copy it again"] {
            #expect(message.body.contains(part), "\(message.body)")
        }
    }

    @Test func hostileNamesAndReasonsStayOnTheirLines() throws {
        let name = Array("evil\r\n\r\nYour password has expired: http:".utf8) + [0xFF]
        let failure = JobFailure(
            reason: "damaged", message: "x\n\nDear user,\u{202E}" + String(repeating: "y", count: 9999))
        let message = try composer().message(for: letter(.failed(failure), drop: name), outbox: "outbox")
        #expect(
            message.subject
                == "Could not convert evil\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}Your password has expired: http:\u{FFFD}")
        #expect(message.body.contains("    evil\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}Your password"))
        #expect(message.body.contains("    x\u{FFFD}\u{FFFD}Dear user,\u{FFFD}y"))
        #expect(message.body.utf8.count < 2000)
    }

    @Test func everyTryIsTheSameMessage() throws {
        let letter = try letter(.failed(JobFailure(reason: "damaged", message: "It is broken.")))
        let again = Letter(
            id: letter.id, token: letter.token, accountName: letter.accountName, recipient: letter.recipient,
            drop: letter.drop, subject: letter.subject, created: letter.created, attempts: letter.attempts + 1)
        #expect(
            try composer().message(for: letter, outbox: "outbox").bytes
                == composer().message(for: again, outbox: "outbox").bytes)
    }

    @Test(
        arguments: [
            (0.2, "less than 1 s"), (1, "1 s"), (59.4, "59 s"), (60, "1 min 0 s"), (596.5, "9 min 57 s"),
            (3661, "1 h 1 min 1 s"), (86400, "24 h 0 min 0 s"), (-1, nil), (.nan, nil), (.infinity, nil), (1e300, nil),
        ] as [(Double, String?)]) func lengthInWords(seconds: Double, expected: String?)
    {
        #expect(LetterComposer.words(forSeconds: seconds) == expected)
    }
}
