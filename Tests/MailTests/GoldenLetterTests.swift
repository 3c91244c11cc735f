import Domain
import Foundation
import Testing

@testable import Mail

/// Whole letters, byte for byte, and what Python's `email` package makes of them. After a change of words:
/// `SOUNDSPOOL_WRITE_GOLDEN=1 swift test --filter GoldenLetterTests`, and read the difference.
@Suite struct GoldenLetterTests {
    private static let place = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    private static func item(_ subject: Letter.Subject, _ drop: String, job: Job.ID = 17) -> Letter.Item {
        Letter.Item(subject, job: job, drop: DropPath(drop), date: .example)
    }

    private static func letter(_ name: String) throws -> (letter: Letter, links: LetterLinks?) {
        let output = try #require(DropPath("Väter & Söhne/Урок 1.mp3"))
        let damaged = JobFailure(reason: "damaged", message: "The sound ends after 3 seconds.")
        let completed = item(.completed(output: output, duration: 596.5), "Väter & Söhne/@voice/Урок 1.mp4")
        let failed = item(.failed(damaged), "broken.mp4", job: 18)
        let half = item(.incomplete(after: 36 * 3600), "half.mp4", job: 19)
        let link = "https://sound.example.org/confirm?token=0123456789abcdef&account=3"
        let items: [Letter.Item] =
            switch name {
            case "completed", "completed-without-page": [completed]
            case "failed": [failed]
            case "incomplete": [item(.incomplete(after: 86_400), "half.mp4")]
            case "quota": [Letter.Item(.quota(message: "You have used 60 of 60 minutes today."), date: .example)]
            case "confirm-address": [Letter.Item(.confirmAddress(link: link, expires: .example), date: .example)]
            case "reset-password": [Letter.Item(.resetPassword(link: link, expires: .example), date: .example)]
            case "already-registered": [Letter.Item(.alreadyRegistered(page: link), date: .example)]
            case "digest": [completed, failed, half]
            case "digest-incomplete": [half, item(.incomplete(after: nil), "other/half.mkv", job: 20)]
            default:
                [
                    item(
                        .completed(
                            output: try #require(DropPath("a\r\nBcc: eve@example.org\r\n\r\n<b>.mp3")), duration: 1),
                        "a\r\nBcc: eve@example.org\r\n\r\n<b>.mp4")
                ]
            }
        return (try .example(items), name == "completed-without-page" ? nil : .example)
    }

    static let names = [
        "completed", "completed-without-page", "failed", "incomplete", "quota", "confirm-address", "reset-password",
        "already-registered", "digest", "digest-incomplete", "hostile",
    ]

    private static func message(_ name: String) throws -> MIMEMessage {
        let (letter, links) = try letter(name)
        let composer = LetterComposer(
            sender: try #require(EmailAddress("spool@sound.example.org")), senderName: "Ton-Büro \"Süd\"", links: links)
        return composer.message(
            for: letter, to: try #require(EmailAddress("ada@example.org")), outbox: "/srv/soundspool/home/ada/outbox")
    }

    @Test(arguments: names) func isWrittenByteForByte(name: String) throws {
        let text = String(decoding: try Self.message(name).bytes, as: UTF8.self)
        let file = Self.place.appending(path: "\(name).eml")
        // A checkout may change line ends: there they are `\n`.
        #expect(text.components(separatedBy: "\r\n").joined().contains { $0.isNewline } == false)
        if ProcessInfo.processInfo.environment["SOUNDSPOOL_WRITE_GOLDEN"] != nil {
            try FileManager.default.createDirectory(at: Self.place, withIntermediateDirectories: true)
            try Data(text.replacing("\r\n", with: "\n").utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text.replacing("\r\n", with: "\n"))
    }

    @Test(arguments: names) func isReadAsItWasMeant(name: String) async throws {
        let message = try Self.message(name)
        let golden = try String(contentsOf: Self.place.appending(path: "\(name).eml"), encoding: .utf8)
        let parsed = try await ParsedMessage.parse(Array(golden.replacing("\n", with: "\r\n").utf8))
        #expect(parsed.defects == [])
        #expect(parsed.subject == message.subject)
        #expect(parsed.from == .init(displayName: "Ton-Büro \"Süd\"", address: "spool@sound.example.org"))
        #expect(parsed.to == .init(displayName: "", address: "ada@example.org"))
        #expect(parsed.messageID == "<k7f3@sound.example.org>")
        #expect(parsed.date == Date.example.timeIntervalSince1970)
        #expect(parsed.contentType == "multipart/alternative")
        #expect(parsed.body == message.body)
        #expect(parsed.html == message.html)
        let isNotice = ![
            "completed-without-page", "confirm-address", "reset-password", "already-registered",
        ].contains(name)
        #expect(parsed.unsubscribe == (isNotice ? "<https://sound.example.org/letters?account=3>" : nil))
        let headers = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"]
        let unsubscribe = isNotice ? ["List-Unsubscribe", "List-Unsubscribe-Post"] : []
        #expect(parsed.names == headers + unsubscribe + ["MIME-Version", "Content-Type"])
    }

    @Test(arguments: names) func linesAreWithinLimits(name: String) throws {
        for line in String(decoding: try Self.message(name).bytes, as: UTF8.self).components(separatedBy: "\r\n") {
            #expect(line.utf8.count <= 78, "\(line)")
            #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        }
    }
}
