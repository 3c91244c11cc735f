import ArgumentParser
import Domain
import FoundationEssentials
import Glibc
import Mail
import Pipeline

struct MailTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send a letter to an address and show what the mail server says.",
        discussion: "The password is not shown. Nothing is queued: what goes wrong is told, and not tried again.")

    @Argument(help: "Where it goes.")
    var address: String
    @OptionGroup var options: CommonOptions

    func run() async throws {
        guard let recipient = EmailAddress(address) else {
            throw CommandFailure.usage("'\(address)' is no address; it should be \(EmailAddress.rule)")
        }
        let settings = try await options.settings()
        try settings.requireSecrets()
        guard case .server(let server) = settings.mail.destination else {
            throw CommandFailure.misconfigured(
                "no mail server is configured, so that letters are written as files; give mail.server")
        }
        let sender = settings.mail.sender
        let message = MIMEMessage(
            from: MIMEMessage.Mailbox(displayName: "soundspool", address: sender),
            to: MIMEMessage.Mailbox(address: recipient), subject: "A test of soundspool's letters", date: .now,
            messageID: MessageID(token: UUID().uuidString.lowercased(), sender: sender),
            body: "This letter was sent by `soundspool mail test`. Whoever reads it knows that letters arrive.\n")
        let transcript = SMTPTranscript(with: server) { line in
            print(line)
            fflush(nil)
        }
        do throws(DeliveryError) {
            let reply = try await SMTPSubmission().submit(message, to: server, transcript: transcript)
            print("\(server) took the letter to \(recipient)" + (reply.map { ": \($0)" } ?? "."))
        } catch {
            throw CommandFailure(error.message, status: error.kind.exitStatus)
        }
    }
}

extension DeliveryError.Kind {
    fileprivate var exitStatus: Int32 {
        switch self {
        case .temporary: EX_TEMPFAIL
        case .permanent: EX_UNAVAILABLE
        case .misconfigured: EX_CONFIG
        }
    }
}
