import ArgumentParser
import Domain
import FoundationEssentials
import Glibc
import Storage

struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Look at letters, send them again, and try the mail server.",
        subcommands: [MailList.self, MailRetry.self, MailTest.self])
}

/// A letter as commands print it.
struct LetterRow: Encodable {
    let id: Int64
    let account: String
    let recipient: String
    let state: String
    let kinds: [String]
    let results: Int
    let attempts: Int
    let created: Date
    /// When it is tried next; nil where it is not.
    let next: Date?
    let finished: Date?
    let answer: String?
    /// The left part of its Message-ID.
    let token: String

    init(_ record: LetterRecord) {
        let letter = record.letter
        id = letter.id
        account = letter.accountName.text
        recipient = letter.recipient.description
        state = record.state
        kinds = Set(letter.items.map(\.subject.kind.rawValue)).sorted()
        results = letter.items.count
        attempts = letter.attempts
        created = letter.created
        next = record.state == "queued" ? max(record.notBefore, letter.created) : nil
        finished = record.finished
        answer = record.answer
        token = letter.token
    }
}

struct MailList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List letters, newest first.")

    @Option(help: "Only those in this state: \(LetterQueue.states.joined(separator: ", ")).")
    var state: String?
    @Option(help: "At most so many.")
    var limit = 50
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        if let state, !LetterQueue.states.contains(state) {
            throw CommandFailure.usage(
                "'\(state)' is no state of a letter; it should be one of \(LetterQueue.states.joined(separator: ", "))")
        }
        let rows = try await options.administration().ledger.letters.list(state: state, limit: limit).map(
            LetterRow.init)
        if output.json { return try Printing.json(rows) }
        Printing.table(
            ["ID", "ACCOUNT", "TO", "STATE", "TELLS", "TRIES", "NEXT", "ANSWER"],
            rows.map { row in
                [
                    "\(row.id)", row.account, row.recipient, row.state,
                    row.results == 1 ? row.kinds.joined() : "\(row.results) results", "\(row.attempts)",
                    row.next?.formatted(.iso8601) ?? "-", row.answer ?? "",
                ]
            })
    }
}

struct MailRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Send letters that wait or were given up, now.")

    @Argument(help: "The letter's number.")
    var id: Int64?
    @Flag(help: "All of them.")
    var all = false
    @OptionGroup var options: CommonOptions

    func run() async throws {
        guard (id == nil) == all else {
            throw CommandFailure.usage("name one letter's number, or say --all; see `soundspool mail list`")
        }
        let administration = try await options.administration()
        let count = try await administration.ledger.letters.retry(id)
        if let id, count == 0 {
            throw CommandFailure(
                "there is no letter \(id) that waits or was given up; see `soundspool mail list`", status: EX_NOINPUT)
        }
        try administration.tellService(.letters)
        print(count == 1 ? "1 letter is tried again." : "\(count) letters are tried again.")
    }
}
