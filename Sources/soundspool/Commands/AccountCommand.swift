import ArgumentParser
import ConversionContract
import Domain
import FoundationEssentials
import Glibc
import Storage

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Manage who may drop videos.",
        subcommands: [
            AccountAdd.self, AccountInvite.self, AccountList.self, AccountShow.self, AccountDisable.self,
            AccountEnable.self, AccountRemove.self, AccountConnect.self, AccountPassword.self, AccountLetters.self,
            AccountAdministrator.self, TokenCommand.self,
        ])
}

/// An account as commands print it.
struct AccountRow: Encodable {
    let name: String
    let email: String
    let preset: String
    let enabled: Bool
    let administrator: Bool
    let letters: String
    let created: Date

    init(_ account: Account) {
        name = account.name.text
        email = account.email.text
        preset = account.preset.rawValue
        enabled = account.isEnabled
        administrator = account.isAdministrator
        letters = account.letters.rawValue
        created = account.created
    }
}

struct AccountList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the accounts.")

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let rows = try await options.administration().ledger.accounts.all().map(AccountRow.init)
        if output.json { return try Printing.json(rows) }
        Printing.table(
            ["NAME", "EMAIL", "PRESET", "ENABLED", "ADMINISTRATOR"],
            rows.map { row in
                [row.name, row.email, row.preset] + [row.enabled, row.administrator].map { $0 ? "yes" : "no" }
            })
    }
}

struct AccountShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one account.")

    @Argument(help: "The account's name.")
    var name: String
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    private struct Shown: Encodable {
        let account: AccountRow
        let inbox: String
        let outbox: String
        let tokens: Int
        let jobs: [String: Int]
    }

    func run() async throws {
        let administration = try await options.administration()
        let account = try await administration.account(name)
        let counts = try await administration.ledger.jobs.counts(of: account.id)
        let shown = Shown(
            account: AccountRow(account), inbox: administration.tree.path(.inbox, of: account.name),
            outbox: administration.tree.path(.outbox, of: account.name),
            tokens: try await administration.ledger.tokens.all(of: account.id).count,
            jobs: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }))
        if output.json { return try Printing.json(shown) }
        let notes = (account.isEnabled ? "" : " (disabled)") + (account.isAdministrator ? " (administrator)" : "")
        print("Name:    \(account.name)\(notes)")
        print("Email:   \(account.email)")
        print("Preset:  \(account.preset.rawValue)")
        print("Letters: \(account.letters.rawValue)")
        print("Inbox:   \(shown.inbox)")
        print("Outbox:  \(shown.outbox)")
        print("Tokens:  \(shown.tokens)")
        print(
            "Jobs:    " + shown.jobs.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
    }
}

struct AccountDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Take no more drops of an account and end its sessions. What is queued is finished.")

    @Argument(help: "The account's name.")
    var name: String
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let administration = try await options.administration()
        try await administration.ledger.accounts.setEnabled(false, administration.account(name).id)
        try administration.tellService()
        print("\(name) is disabled; its drops wait in the inbox.")
    }
}

struct AccountEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Take an account's drops again.")

    @Argument(help: "The account's name.")
    var name: String
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let administration = try await options.administration()
        try await administration.ledger.accounts.setEnabled(true, administration.account(name).id)
        try administration.tellService()
        print("\(name) is enabled.")
    }
}

struct AccountRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove an account. Its unfinished jobs are cancelled, their originals go to its failed directory.")

    @Argument(help: "The account's name.")
    var name: String
    @Flag(help: "Remove its directories with everything in them, too.")
    var deleteFiles = false
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let administration = try await options.administration()
        let account = try await administration.account(name)
        try await administration.keeper.remove(account, withFiles: deleteFiles)
        print(deleteFiles ? "\(name) and its files are removed." : "\(name) is removed; its files are kept.")
    }
}

struct AccountPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set a new password for the web page and end the account's sessions.")

    @Argument(help: "The account's name.")
    var name: String
    @Flag(help: "Read the password from standard input instead of making one up.")
    var passwordStdin = false
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let password = try passwordStdin ? Passwords.readFromStandardInput() : Passwords.generate()
        let administration = try await options.administration()
        let account = try await administration.account(name)
        try await administration.ledger.accounts.setPassword(hash: try await PasswordHash.make(password), account.id)
        print(passwordStdin ? "The password is set." : "Password: \(password)   (shown only now)")
    }
}
