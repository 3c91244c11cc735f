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
    @Flag(help: "Let its owner see all accounts, the queue and the load on the page.")
    var administrator = false
    @Option(help: "Give its directories to this user of the machine, who is made where there is none; as root.")
    var unixUser: String?
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    private struct Made: Codable {
        let name: String
        let inbox: String
        let outbox: String
        let tokenFile: String
        /// Only where it was made up.
        let password: String?
        var sftp: String?
        var smb: String?
    }

    func run() async throws {
        guard let name = AccountName(name) else {
            throw CommandFailure.usage("'\(name)' is no account name; it should be \(AccountName.rule)")
        }
        guard let email = EmailAddress(email) else {
            throw CommandFailure.usage("'\(email)' is no address; it should be \(EmailAddress.rule)")
        }
        guard let unixUser else { return try show(try await add(name, email)) }
        let account = try PersonsAccount(name: name, settings: try await options.settings())
        try PersonMaker.adoptable(unixUser)
        var made = try await addInOtherProcess(name, email)
        do {
            let user = try await account.createOrAdopt(unixUser)
            try account.give(to: user)
            let connections = account.connections(of: user)
            (made.sftp, made.smb) = (connections.sftp, connections.smb)
        } catch {
            // The account is there, and its password would be known to nobody.
            try show(made)
            StandardError.write(
                "The account is made, but not given to \(unixUser). When what follows is mended: soundspool account connect \(name) --unix-user \(unixUser)\n"
            )
            throw error
        }
        try show(made)
    }

    private func show(_ made: Made) throws {
        if output.json { return try Printing.json(made) }
        print("Account:    \(made.name)")
        print("Inbox:      \(made.inbox)")
        print("Outbox:     \(made.outbox)")
        print("Token file: \(made.tokenFile)")
        if let password = made.password { print("Password:   \(password)   (for the web page; shown only now)") }
        if let sftp = made.sftp { PersonsConnections(sftp: sftp, smb: made.smb).show() }
    }

    private func add(_ name: AccountName, _ email: EmailAddress) async throws -> Made {
        let password = try passwordStdin ? Passwords.readFromStandardInput() : Passwords.generate()
        let administration = try await options.administration()
        do {
            _ = try await administration.keeper.add(
                name: name, email: email, passwordHash: try await PasswordHash.make(password),
                preset: preset ?? administration.settings.convert.preset, letters: letters,
                isAdministrator: administrator)
        } catch let error as LedgerError {
            throw CommandFailure(error.description, status: EX_CANTCREAT)
        }
        let tree = administration.tree
        let inbox = tree.path(.inbox, of: name)
        return Made(
            name: name.text, inbox: inbox, outbox: tree.path(.outbox, of: name),
            tokenFile: "\(inbox)/\(AccountTree.tokenFile)", password: passwordStdin ? nil : password)
    }

    /// This process stays root, and the account is made by another that does not.
    private func addInOtherProcess(_ name: AccountName, _ email: EmailAddress) async throws -> Made {
        var arguments = ["account", "add", name.text, "--email", email.text, "--letters", letters.rawValue]
        if passwordStdin { arguments.append("--password-stdin") }
        if administrator { arguments.append("--administrator") }
        if let preset { arguments += ["--preset", preset.rawValue] }
        return try await OwnCommand.json(Made.self, arguments + options.arguments)
    }
}
