import Domain
import Foundation
import Testing

@testable import Mail

extension MIMEMessage {
    static func example(
        subject: String = "Your MP3 is ready: lecture.mp3", body: String = "Hello ada,\n\nyour MP3 is ready.\n",
        displayName: String? = "soundspool", from: String = "spool@example.org", to: String = "ada@example.org",
        token: String = "k7f3"
    ) throws -> MIMEMessage {
        let sender = try #require(EmailAddress(from))
        return MIMEMessage(
            from: Mailbox(displayName: displayName, address: sender),
            to: Mailbox(address: try #require(EmailAddress(to))),
            subject: subject, date: Date(timeIntervalSince1970: 1_700_000_000),
            messageID: MessageID(token: token, sender: sender), body: body)
    }
}
