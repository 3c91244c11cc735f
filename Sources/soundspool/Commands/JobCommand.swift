import ArgumentParser
import ConversionContract
import Domain
import FoundationEssentials
import Glibc
import Pipeline
import Storage

struct JobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Look at jobs and steer them.",
        subcommands: [JobList.self, JobShow.self, JobRetry.self, JobCancel.self])
}

/// A job or a waiting drop as commands print it.
struct JobRow: Encodable {
    let id: Int64?
    let account: String
    let name: String
    let state: String
    let preset: String?
    let reason: String?
    let message: String?
    let attempts: Int?
    let created: Date?
    let finished: Date?
    let output: String?
    /// While it is converted: how far that is, from 0 to 1, and what is left of it.
    var progress: Double?
    var secondsLeft: Int?

    init(_ job: Job, account: String) {
        id = job.id
        self.account = account
        name = job.drop.display
        state = job.state.publicName
        preset = job.preset.rawValue
        reason = job.failure?.reason
        message = job.failure?.message ?? job.setback.map { "The last attempt broke off and is repeated: \($0)" }
        attempts = job.attempts
        created = job.created
        finished = job.finished
        output = job.state == .published ? job.output?.display : nil
    }

    init(_ drop: WaitingFile.Entry, account: String) {
        id = nil
        self.account = account
        name = drop.name
        state = "waiting"
        preset = nil
        reason = drop.reason
        message = drop.message
        attempts = nil
        created = nil
        finished = nil
        output = nil
    }
}

struct JobList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List jobs, newest first, after the drops that wait in inboxes.")

    @Option(help: "Only this account's.")
    var account: String?
    @Option(help: "Only those in this state: waiting, queued, converting, published, failed or cancelled.")
    var state: String?
    @Option(help: "At most so many jobs.")
    var limit = 50
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard state == nil || state == "waiting" || state.flatMap(JobState.init(rawValue:)) != nil else {
            throw CommandFailure.usage("'\(state ?? "")' is no state; see `soundspool job list --help`")
        }
        let administration = try await options.administration()
        var accounts = try await administration.ledger.accounts.all()
        if let account { accounts = [try await administration.account(account)] }
        let names = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name.text) })
        var rows: [JobRow] = []
        if state == nil || state == "waiting" {
            rows = try await WaitingList(administration).rows(of: accounts)
        }
        if state != "waiting" {
            let only = account == nil ? nil : accounts.first?.id
            let jobs = try await administration.ledger.jobs.jobs(
                of: only, in: state.flatMap(JobState.init(rawValue:)), limit: limit)
            rows += jobs.map { JobRow($0, account: names[$0.account] ?? "?") }
        }
        if output.json { return try Printing.json(rows) }
        Printing.table(
            ["ID", "ACCOUNT", "STATE", "NAME", "RESULT"],
            rows.map { row in
                [row.id.map { String($0) } ?? "-", row.account, row.state, row.name, row.output ?? row.message ?? ""]
            })
    }
}

struct JobShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one job.")

    @Argument(help: "The job's number.")
    var id: Int64
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let administration = try await options.administration()
        guard let job = try await administration.ledger.jobs.job(id) else {
            throw CommandFailure("there is no job \(id)", status: EX_NOINPUT)
        }
        let account = try await administration.ledger.accounts.account(job.account)
        let row = JobRow(job, account: account?.name.text ?? "?")
        if output.json { return try Printing.json(row) }
        print("Job:      \(job.id)")
        print("Account:  \(row.account)")
        print("Name:     \(row.name)")
        print("State:    \(row.state)")
        print("Preset:   \(job.preset.rawValue)")
        print("Attempts: \(job.attempts)")
        print("Created:  \(job.created.formatted(.iso8601))")
        if let finished = job.finished { print("Finished: \(finished.formatted(.iso8601))") }
        if let output = row.output { print("Output:   \(output)") }
        if let failure = job.failure { print("Reason:   \(failure.reason): \(failure.message)") }
    }
}

struct JobCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a job that has not ended; its original goes to the failed directory.")

    @Argument(help: "The job's number.")
    var id: Int64
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let administration = try await options.administration()
        do {
            _ = try await administration.ledger.jobs.cancel(id)
        } catch let error as LedgerError {
            throw CommandFailure(error.description, status: EX_TEMPFAIL)
        }
        try administration.tellService()
        // A converter that still runs is ended by the service; the original is moved now or by whoever is first.
        _ = try await SpoolRecovery(ledger: administration.ledger, spool: Spool(tree: administration.tree))
            .breakOff(id, .init(notBefore: .now))
        print("Job \(id) is cancelled.")
    }
}
