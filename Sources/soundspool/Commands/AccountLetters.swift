import ArgumentParser
import Domain
import Storage

struct AccountLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "letters", abstract: "Choose which letters an account gets.",
        discussion: """
            each      one for each result, at once
            digest    one for all results that come close together
            failures  as digest, but only of what went wrong
            none      none, but for what its owner asks for, such as a new password
            """)

    @Argument(help: "The account's name.")
    var name: String
    @Argument(help: "One of \(LetterChoice.names).")
    var choice: LetterChoice
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let administration = try await options.administration()
        try await administration.ledger.accounts.setLetters(choice, administration.account(name).id)
        print("\(name) gets these letters: \(choice.rawValue).")
    }
}
