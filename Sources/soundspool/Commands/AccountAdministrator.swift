import ArgumentParser
import Domain
import Storage

struct AccountAdministrator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "administrator", abstract: "Make an account an administrator's, or no longer.",
        discussion: """
            An administrator sees, on the web page, all accounts, the queue and the load. Nobody can change anything of \
            others there: that is what these commands are for.
            """)

    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case on, off
    }

    @Argument(help: "The account's name.")
    var name: String
    @Argument(help: "on or off.")
    var choice: Choice
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let administration = try await options.administration()
        try await administration.ledger.accounts.setAdministrator(
            choice == .on, administration.account(name).id)
        print(choice == .on ? "\(name) is an administrator." : "\(name) is no administrator.")
    }
}
