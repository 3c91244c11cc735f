import ArgumentParser
import Domain
import FoundationEssentials
import Pipeline
import Storage

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is waiting, queued, converting, done and failed.")

    private static let mostLetters = 20

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    private struct Status: Encodable {
        let accounts: Int
        let waiting: [JobRow]
        let jobs: [String: Int]
        let letters: [String: Int]
        let failedLetters: [LetterRow]
        /// Accounts whose inboxes are looked into by the clock, and why.
        let polled: [String: String]
        /// Queued jobs whose last attempt broke off, and why.
        let troubles: [JobRow]
    }

    func run() async throws {
        let administration = try await options.administration()
        let accounts = try await administration.ledger.accounts.all()
        let survey = InboxSurvey(ledger: administration.ledger, tree: administration.tree)
        var waiting: [JobRow] = []
        for account in accounts {
            waiting += try await survey.waiting(of: account).map { JobRow($0, account: account.name.text) }
        }
        let counts = try await administration.ledger.jobs.counts()
        let names = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name.text) })
        let polled = try await administration.ledger.polledInboxes.all().map { (names[$0.key] ?? "?", $0.value) }
        let status = Status(
            accounts: accounts.count, waiting: waiting,
            jobs: Dictionary(counts.map { ($0.key.publicName, $0.value) }, uniquingKeysWith: +),
            letters: try await administration.ledger.letters.counts(),
            failedLetters: try await administration.ledger.letters.list(state: "failed", limit: Self.mostLetters)
                .map(LetterRow.init),
            polled: Dictionary(polled, uniquingKeysWith: { $1 }),
            troubles: try await administration.ledger.jobs.heldUp().map {
                JobRow($0, account: names[$0.account] ?? "?")
            })
        if output.json { return try Printing.json(status) }
        print("Accounts:   \(status.accounts)")
        print("Waiting:    \(waiting.count)")
        for drop in waiting.prefix(20) { print("  \(drop.account)/\(drop.name): \(drop.message ?? "")") }
        for state in [JobState.queued, .converting, .published, .failed, .cancelled] {
            let label = "\(state.publicName.prefix(1).uppercased())\(state.publicName.dropFirst()):"
            print(label + String(repeating: " ", count: 12 - label.count) + "\(status.jobs[state.publicName] ?? 0)")
        }
        for job in status.troubles.prefix(20) { print("  \(job.account)/\(job.name): \(job.message ?? "")") }
        for (account, cause) in status.polled.sorted(by: { $0.key < $1.key }).prefix(20) {
            print("Polled:     \(account): \(cause)")
        }
        let letters = status.letters
        print(
            "Letters:    \(letters["queued"] ?? 0) queued, \(letters["sent"] ?? 0) sent, \(letters["failed"] ?? 0) failed"
        )
        for letter in status.failedLetters {
            print("  letter \(letter.id) to \(letter.recipient): \(letter.answer ?? "")")
        }
    }
}
