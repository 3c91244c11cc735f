import ArgumentParser
import Domain
import FoundationEssentials
import Storage

struct AccountInvite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Print an invitation, with which one account can be made on the web page.")

    @Option(help: "The only address that it is good for.")
    var email: String?
    @Option(help: "When it stops working: \(Quantity.durationRule) from now.")
    var expires = "7d"
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    private struct Made: Encodable {
        let invitation: String
        /// Only where the page has a public address.
        let link: String?
        let expires: Date
    }

    func run() async throws {
        guard let lifetime = Quantity.duration(expires) else {
            throw CommandFailure.usage("'\(expires)' should be \(Quantity.durationRule)")
        }
        let address = try email.map { text in
            guard let address = EmailAddress(text) else {
                throw CommandFailure.usage("'\(text)' is no address; it should be \(EmailAddress.rule)")
            }
            return address
        }
        let administration = try await options.administration()
        let http = administration.settings.http
        let end = Date.now + Double(lifetime.components.seconds)
        let secret = try await administration.ledger.invitations.issue(email: address, expires: end)
        let links = http.publicURL.map { AccountLinks(publicURL: $0) }
        let made = Made(invitation: secret.text, link: links?.invitation(secret), expires: end)
        if output.json { return try Printing.json(made) }
        print(made.link ?? made.invitation)
        if http.registration == .closed {
            StandardError.write("soundspool: http.registration is closed; set it to invite before this is of use\n")
        }
    }
}
