import ArgumentParser
import Domain
import FoundationEssentials
import Glibc
import Pipeline
import Storage

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is waiting, queued, converting, done and failed.")

    private static let mostLetters = 20
    private static let interval: Duration = .seconds(1)
    /// Without a service each look goes through all inboxes.
    private static let intervalWithoutService: Duration = .seconds(10)

    @Flag(help: "Go on, and show it anew whenever it changes; Ctrl-C ends it.")
    var watch = false
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    private struct Status: Encodable {
        /// Whether the service runs.
        let running: Bool
        let accounts: Int
        let waiting: [JobRow]
        let jobs: [String: Int]
        let converting: [JobRow]
        let letters: [String: Int]
        let failedLetters: [LetterRow]
        /// Queued letters whose last try did not get through, and why.
        let heldUpLetters: [LetterRow]
        /// Accounts whose inboxes are looked into by the clock, and why.
        let polled: [String: String]
        /// Queued jobs whose last attempt broke off, and why.
        let troubles: [JobRow]
    }

    func validate() throws {
        guard !watch || !output.json else { throw ValidationError("--watch is for people, and --json for programs.") }
    }

    func run() async throws {
        let administration = try await options.administration()
        guard watch else {
            let status = try await look(administration)
            return try output.json ? Printing.json(status) : print(Self.text(status))
        }
        // A terminal's screen is cleared before each (ECMA-48, CUP and ED); elsewhere an empty line parts them.
        let beginning = isatty(STDOUT_FILENO) == 1 ? "\u{1B}[H\u{1B}[2J" : "\n"
        var shown = ""
        while !Task.isCancelled {
            let status = try await look(administration)
            let text = Self.text(status)
            if text != shown {
                print(beginning + text)
                fflush(nil)
            }
            shown = text
            // Ended early only by a stop.
            try? await Task.sleep(for: status.running ? Self.interval : Self.intervalWithoutService)
        }
    }

    private func look(_ administration: Administration) async throws -> Status {
        let accounts = try await administration.ledger.accounts.all()
        let list = try WaitingList(administration)
        let waiting = try await list.rows(of: accounts)
        let counts = try await administration.ledger.jobs.counts()
        let names = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name.text) })
        let polled = try await administration.ledger.polledInboxes.all().map { (names[$0.key] ?? "?", $0.value) }
        let progress = ProgressFile.read(state: administration.settings.state)
        let converting = try await administration.ledger.jobs.jobs(in: .converting).map { job in
            var row = JobRow(job, account: names[job.account] ?? "?")
            row.progress = progress[job.id]?.progress
            row.secondsLeft = progress[job.id]?.secondsLeft
            return row
        }
        return Status(
            running: list.service != nil, accounts: accounts.count, waiting: waiting,
            jobs: Dictionary(counts.map { ($0.key.publicName, $0.value) }, uniquingKeysWith: +),
            converting: converting,
            letters: try await administration.ledger.letters.counts(),
            failedLetters: try await administration.ledger.letters.list(state: "failed", limit: Self.mostLetters)
                .map(LetterRow.init),
            heldUpLetters: try await administration.ledger.letters.heldUp(limit: Self.mostLetters).map(LetterRow.init),
            polled: Dictionary(polled, uniquingKeysWith: { $1 }),
            troubles: try await administration.ledger.jobs.heldUp().map {
                JobRow($0, account: names[$0.account] ?? "?")
            })
    }

    private static func line(_ converting: JobRow) -> String {
        let left = converting.secondsLeft.map { ", about \(StatusFile.words(.seconds($0))) left" } ?? ""
        let progress = converting.progress.map { ": \(Int($0 * 100)) %" + left } ?? ""
        return "  \(converting.account)/\(converting.name)\(progress)"
    }

    private static func text(_ status: Status) -> String {
        var lines = status.running ? [] : ["The service is not running. Start it: systemctl start soundspool"]
        lines += ["Accounts:   \(status.accounts)", "Waiting:    \(status.waiting.count)"]
        lines += status.waiting.prefix(20).map { "  \($0.account)/\($0.name): \($0.message ?? "")" }
        for state in [JobState.queued, .converting, .published, .failed, .cancelled] {
            let label = "\(state.publicName.prefix(1).uppercased())\(state.publicName.dropFirst()):"
            lines.append(
                label + String(repeating: " ", count: 12 - label.count) + "\(status.jobs[state.publicName] ?? 0)")
            if state == .converting { lines += status.converting.prefix(20).map(Self.line) }
        }
        lines += status.troubles.prefix(20).map { "  \($0.account)/\($0.name): \($0.message ?? "")" }
        for (account, cause) in status.polled.sorted(by: { $0.key < $1.key }).prefix(20) {
            lines.append("Polled:     \(account): \(cause)")
        }
        let letters = ["queued", "sent", "failed"].map { "\(status.letters[$0] ?? 0) \($0)" }
        lines.append("Letters:    " + letters.joined(separator: ", "))
        lines += (status.heldUpLetters + status.failedLetters).map {
            "  letter \($0.id) to \($0.recipient): \($0.answer ?? "")"
        }
        return lines.joined(separator: "\n")
    }
}
