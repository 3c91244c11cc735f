import ArgumentParser
import ConversionContract
import Domain
import FoundationEssentials
import Glibc
import Storage

struct AccountAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make an account, its directories and its token file.")

    @Argument(help: "The account's name: \(AccountName.rule).")
    var name: String
    @Option(help: "Where its letters go.")
    var email: String
    @Flag(help: "Read the password from standard input instead of making one up.")
    var passwordStdin = false
    @Option(help: "What its videos become where a folder does not say otherwise: \(Preset.names).")
    var preset: Preset?
    @Option(help: "Which letters it gets: \(LetterChoice.names).")
    var letters = LetterChoice.digest
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    private struct Made: Encodable {
        let name: String
        let inbox: String
        let outbox: String
        let tokenFile: String
        /// Only where it was made up.
        let password: String?
    }

    func run() async throws {
        guard let name = AccountName(name) else {
            throw CommandFailure.usage("'\(name)' is no account name; it should be \(AccountName.rule)")
        }
        guard let email = EmailAddress(email) else {
            throw CommandFailure.usage("'\(email)' is no address; it should be \(EmailAddress.rule)")
        }
        let password = try passwordStdin ? Passwords.readFromStandardInput() : Passwords.generate()
        let administration = try await options.administration()
        do {
            _ = try await administration.keeper.add(
                name: name, email: email, passwordHash: try await PasswordHash.make(password),
                preset: preset ?? administration.settings.convert.preset, letters: letters)
        } catch let error as LedgerError {
            throw CommandFailure(error.description, status: EX_CANTCREAT)
        }
        let tree = administration.tree
        let inbox = tree.path(.inbox, of: name)
        let made = Made(
            name: name.text, inbox: inbox, outbox: tree.path(.outbox, of: name),
            tokenFile: "\(inbox)/\(AccountTree.tokenFile)", password: passwordStdin ? nil : password)
        if output.json { return try Printing.json(made) }
        print("Account:    \(made.name)")
        print("Inbox:      \(made.inbox)")
        print("Outbox:     \(made.outbox)")
        print("Token file: \(made.tokenFile)")
        if let password = made.password { print("Password:   \(password)   (for the web page; shown only now)") }
    }
}
