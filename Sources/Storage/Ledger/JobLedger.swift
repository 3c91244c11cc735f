public import ConversionContract
public import Domain
public import FoundationEssentials
import GRDB
public import LinuxSystem

/// The jobs and their ways from claim to end. Every change of state names the states it may come from, so that two
/// hands on one job cannot both win.
public struct JobLedger: Sendable {
    let database: any DatabaseWriter
    let letters: LetterQueue

    // MARK: Claiming

    /// What is about to be claimed.
    public struct Claim: Sendable, Hashable {
        let drop: DropPath
        let preset: Preset
        let size: Int64

        /// - Parameter size: bytes.
        public init(drop: DropPath, preset: Preset, size: Int64) {
            self.drop = drop
            self.preset = preset
            self.size = size
        }
    }

    /// Writes a claim down before the drop is renamed.
    public func beginClaim(
        account: Account.ID, drop: DropPath, preset: Preset, size: Int64, isUpload: Bool = false
    ) async throws -> Job {
        try await database.write { database in
            try Self.insert(
                database, Claim(drop: drop, preset: preset, size: size), of: account, isUpload: isUpload)
        }
    }

    /// Writes claims down, in one transaction, before any of the drops is renamed. Returns their jobs in the same order.
    public func beginClaims(_ claims: [Claim], of account: Account.ID) async throws -> [Job] {
        try await database.write { database in
            try claims.map { claim in
                // What was known of an earlier file of this name is over.
                try database.execute(
                    sql: "DELETE FROM incompleteDrop WHERE account = ? AND dropPath = ?",
                    arguments: [account, Data(claim.drop.bytes)])
                return try Self.insert(database, claim, of: account, isUpload: false)
            }
        }
    }

    static func insert(
        _ database: Database, _ claim: Claim, of account: Account.ID, isUpload: Bool
    ) throws -> Job {
        try database.execute(
            sql: """
                INSERT INTO job (account, dropPath, preset, state, size, created, isUpload) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                account, Data(claim.drop.bytes), claim.preset.rawValue, JobState.claiming.rawValue, claim.size,
                Date().stored, isUpload,
            ])
        return try Job.one(database, database.lastInsertedRowID)
    }

    /// Ends claims in one transaction: drops that are in the spool, durably, are queued; those that stayed in their
    /// inbox, or went back there, are no jobs. Returns the queued ones; a claim that was ended meanwhile, with its
    /// account, is not among them.
    public func settleClaims(inSpool: [Job.ID], inInbox: [Job.ID]) async throws -> [Job] {
        try await database.write { database in
            for id in inInbox { try Self.delete(database, id, in: .claiming) }
            return try inSpool.compactMap { id in
                do {
                    return try Self.move(database, id, from: [.claiming], to: .queued)
                } catch LedgerError.notInState {
                    return nil
                }
            }
        }
    }

    /// The drop is in the spool, and that is durable.
    public func confirmClaim(_ id: Job.ID) async throws -> Job {
        try await move(id, from: [.claiming], to: .queued)
    }

    /// The drop is still, or again, in its inbox.
    public func abandonClaim(_ id: Job.ID) async throws {
        try await database.write { try Self.delete($0, id, in: .claiming) }
    }

    private static func delete(_ database: Database, _ id: Job.ID, in state: JobState) throws {
        try database.execute(sql: "DELETE FROM job WHERE id = ? AND state = ?", arguments: [id, state.rawValue])
    }

    // MARK: Converting

    /// The next job to convert, now *converting* with its attempt counted: of the accounts with the fewest running
    /// jobs the one that waits longest, so that one account's thousand drops do not hold up another's one.
    public func takeNext() async throws -> Job? {
        try await database.write { database in
            guard let id = try Int64.fetchOne(database, sql: Self.next, arguments: [Date().stored]) else { return nil }
            return try Self.move(database, id, to: .converting, "attempts = attempts + 1, setback = NULL")
        }
    }

    /// Goes from account to account in `queuedJobByAccount`, so that it costs as much as there are accounts with a queue,
    /// not as there are jobs in it. The few that are converted are counted by state: `+` keeps SQLite from reading all of
    /// an account's jobs for it.
    private static let next = """
        WITH RECURSIVE waiting(account) AS (
            SELECT min(account) FROM job INDEXED BY queuedJobByAccount WHERE state = 'queued'
            UNION ALL
            SELECT (
                SELECT min(account) FROM job INDEXED BY queuedJobByAccount
                WHERE state = 'queued' AND account > waiting.account
            ) FROM waiting WHERE waiting.account IS NOT NULL
        )
        SELECT
            (SELECT id FROM job WHERE state = 'queued' AND account = waiting.account AND notBefore <= ? ORDER BY id LIMIT 1)
                AS oldest
        FROM waiting WHERE oldest IS NOT NULL
        ORDER BY (SELECT count(*) FROM job WHERE state = 'converting' AND +account = waiting.account), oldest
        LIMIT 1
        """

    /// When the next queued job that waits out a backoff may be taken; nil where none does.
    public func nextRetry() async throws -> Date? {
        try await database.read { database in
            try Double.fetchOne(database, sql: "SELECT min(notBefore) FROM job WHERE state = 'queued'")
                .map(Date.init(stored:))
        }
    }

    /// Why an attempt broke off, as far as it says something of the drop.
    public enum Break: Sendable {
        /// Something went wrong that may have to do with the drop.
        case failed
        /// The converter crashed, or took too much.
        case crashed
        /// Neither the drop nor the service: the storage, the administrator's settings, a stop in good order.
        case held
        /// The service came to an end during the attempt. One drop that does this each time must not go on for ever.
        case interrupted

        /// Whether the attempt says something of the drop by itself.
        var counts: Bool { self == .failed || self == .crashed }
    }

    /// Puts a job whose conversion broke off back into the queue.
    /// - Parameter setback: why it broke off, in words.
    public func requeue(
        _ id: Job.ID, notBefore: Date = .distantPast, setback: String? = nil, after cause: Break = .failed
    ) async throws -> Job {
        try await move(
            id, from: [.converting], to: .queued,
            """
            notBefore = ?, output = NULL, duration = NULL, setback = ?, attempts = attempts - ?,
            setbacks = setbacks + ?, crashes = crashes + ?, interruptions = interruptions + ?
            """,
            [
                max(0, notBefore.stored), setback, cause.counts ? 0 : 1, cause.counts ? 0 : 1,
                cause == .crashed ? 1 : 0, cause == .interrupted ? 1 : 0,
            ])
    }

    /// The drop's end is missing, and it is back in its inbox: it is no job any more.
    /// - Parameter status: what the inbox says of it now; nil where it is gone again.
    public func forgetReturned(_ job: Job, _ status: FileStatus?) async throws {
        try await database.write { database in
            try Self.delete(database, job.id, in: .converting)
            try IncompleteDrops.settle(database, job.drop, of: job.account, status)
        }
    }

    /// Writes the MP3's name, its seconds of sound and their outline down before it is linked there, so that a crash in
    /// between cannot publish it twice.
    public func reserveOutput(
        _ output: DropPath, duration: Double, waveform: Data? = nil, for id: Job.ID
    ) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE job SET output = ?, duration = ? WHERE id = ? AND state = 'converting'",
                arguments: [Data(output.bytes), duration, id])
            guard database.changesCount == 1 else { throw LedgerError.notInState(job: id, wanted: "published") }
            try Self.setWaveform(database, waveform, of: id)
        }
    }

    // MARK: Ending

    /// Marks the job published and queues its letter, in one transaction.
    public func publish(_ id: Job.ID) async throws -> Job {
        try await database.write { database in
            let job = try Self.move(database, id, to: .published, "finished = ?", [Date().stored])
            try letters.enqueue(database, for: job)
            return job
        }
    }

    /// Marks the job failed and queues its letter, in one transaction.
    public func fail(_ id: Job.ID, _ failure: JobFailure) async throws -> Job {
        try await database.write { database in
            let job = try Self.move(
                database, id, to: .failed, "reason = ?, message = ?, finished = ?, output = NULL, duration = NULL",
                [failure.reason, failure.message, Date().stored])
            try letters.enqueue(database, for: job)
            return job
        }
    }

    /// Cancels a job that has not ended. Its owner asked for it, so there is no letter.
    public func cancel(_ id: Job.ID) async throws -> Job {
        try await move(
            id, from: [.queued, .converting], to: .cancelled,
            "reason = 'cancelled', message = 'Cancelled.', finished = ?", [Date().stored])
    }

    // MARK: Moving

    private func move(
        _ id: Job.ID, from sources: Set<JobState> = Set(JobState.allCases), to state: JobState, _ changes: String = "",
        _ arguments: StatementArguments = []
    ) async throws -> Job {
        try await database.write { try Self.move($0, id, from: sources, to: state, changes, arguments) }
    }

    private static func move(
        _ database: Database, _ id: Job.ID, from allowed: Set<JobState> = Set(JobState.allCases), to state: JobState,
        _ changes: String = "",
        _ arguments: StatementArguments = []
    ) throws -> Job {
        let sources = JobState.allCases.filter { allowed.contains($0) && $0.successors.contains(state) }.map {
            "'\($0.rawValue)'"
        }
        let assignments = (["state = '\(state.rawValue)'"] + (changes.isEmpty ? [] : [changes])).joined(separator: ", ")
        try database.execute(
            sql: "UPDATE job SET \(assignments) WHERE id = ? AND state IN (\(sources.joined(separator: ", ")))",
            arguments: arguments + [id])
        guard database.changesCount == 1 else { throw LedgerError.notInState(job: id, wanted: state.rawValue) }
        return try Job.one(database, id)
    }
}
