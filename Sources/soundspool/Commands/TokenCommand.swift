import ArgumentParser
import Domain
import FoundationEssentials
import Glibc
import Storage

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Manage the tokens that let an inbox take drops.",
        subcommands: [TokenList.self, TokenIssue.self, TokenRevoke.self])
}

struct TokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List an account's tokens.")

    @Argument(help: "The account's name.")
    var name: String
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    private struct TokenRow: Encodable {
        let id: Int64
        let label: String
        let created: Date
        let expires: Date?
        let lastUsed: Date?
    }

    func run() async throws {
        let administration = try await options.administration()
        let account = try await administration.account(name)
        let rows = try await administration.ledger.tokens.all(of: account.id).map {
            TokenRow(id: $0.id, label: $0.label, created: $0.created, expires: $0.expires, lastUsed: $0.lastUsed)
        }
        if output.json { return try Printing.json(rows) }
        Printing.table(
            ["ID", "LABEL", "CREATED", "EXPIRES", "LAST USED"],
            rows.map { row in
                [
                    String(row.id), row.label, row.created.formatted(.iso8601),
                    row.expires?.formatted(.iso8601) ?? "never", row.lastUsed?.formatted(.iso8601) ?? "never",
                ]
            })
    }
}

struct TokenIssue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Issue a token and print it, or put it into the account's inbox.")

    @Argument(help: "The account's name.")
    var name: String
    @Option(help: "What the token is for.")
    var label = "issued"
    @Option(help: "When it stops working: \(Quantity.durationRule) from now.")
    var expires: String?
    @Flag(help: "Put it into the inbox's token file instead of printing it.")
    var install = false
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let lifetime = try expires.map { text in
            guard let duration = Quantity.duration(text) else {
                throw CommandFailure.usage("'\(text)' should be \(Quantity.durationRule)")
            }
            return duration
        }
        let administration = try await options.administration()
        let account = try await administration.account(name)
        let token = try await administration.ledger.tokens.issue(
            label: label, expires: lifetime.map { Date.now + Double($0.components.seconds) }, for: account.id)
        guard install else { return print(token.text) }
        try administration.tree.write(token, for: account.name)
        try administration.tellService()
        print("The new token is in \(administration.tree.path(.inbox, of: account.name))/\(AccountTree.tokenFile).")
    }
}

struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a token; drops under it wait until another is in place.")

    @Argument(help: "The account's name.")
    var name: String
    @Argument(help: "The token's number, see `soundspool account token list`.")
    var id: Int64?
    @Flag(help: "Revoke all of the account's tokens.")
    var all = false
    @OptionGroup var options: CommonOptions

    func run() async throws {
        guard (id == nil) == all else { throw CommandFailure.usage("name one token's number, or give --all") }
        let administration = try await options.administration()
        let account = try await administration.account(name)
        let count = try await administration.ledger.tokens.revoke(id, of: account.id)
        try administration.tellService()
        guard count > 0 else { throw CommandFailure("\(name) has no such token", status: EX_NOINPUT) }
        print(count == 1 ? "1 token is revoked." : "\(count) tokens are revoked.")
    }
}
