import ArgumentParser
import Domain
import LinuxSystem

struct AccountConnect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Give an account's directories to a user of this machine.",
        discussion: """
            The user, made where there is none, may drop files into the inbox, take them out of the outbox, and remove \
            them; other users see neither the files nor their names. etc/ssh and etc/samba have what sshd and Samba need.
            """)

    @Argument(help: "The account's name.")
    var name: String
    @Option(help: "The user: a new one, without a shell, or one that is there.")
    var unixUser: String
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    /// Part of what `account show` says.
    private struct Shown: Decodable {
        let inbox: String
    }

    func run() async throws {
        guard let name = AccountName(name) else {
            throw CommandFailure.usage("'\(name)' is no account name; it should be \(AccountName.rule)")
        }
        let account = try PersonsAccount(name: name, settings: try await options.settings())
        _ = try await OwnCommand.json(Shown.self, ["account", "show", name.text] + options.arguments)
        let user = try await account.createOrAdopt(unixUser)
        try account.give(to: user)
        let connections = account.connections(of: user)
        if output.json { return try Printing.json(connections) }
        connections.show()
    }
}
