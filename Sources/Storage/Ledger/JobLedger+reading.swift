public import Domain
public import FoundationEssentials
import GRDB

extension JobLedger {
    public func job(_ id: Job.ID) async throws -> Job? {
        try await database.read { try Job.fetch($0, "id = ?", [id]).first }
    }

    /// Newest first, those before `before`.
    public func jobs(
        of account: Account.ID? = nil, in state: JobState? = nil, before: Job.ID? = nil, limit: Int = 50
    ) async throws -> [Job] {
        try await database.read { database in
            try Job.fetch(
                database,
                """
                (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR id < ?3)
                ORDER BY id DESC LIMIT ?4
                """, [account, state?.rawValue, before, limit])
        }
    }

    /// Jobs that a stopped service left on their way, oldest first.
    public func unfinished() async throws -> [Job] {
        try await database.read { try Job.fetch($0, "state IN ('claiming', 'converting') ORDER BY id", []) }
    }

    /// Queued jobs whose last attempt broke off, oldest first.
    public func heldUp(of account: Account.ID? = nil, limit: Int = 50) async throws -> [Job] {
        try await database.read { try Self.heldUp($0, account, limit) }
    }

    static func heldUp(_ database: Database, _ account: Account.ID?, _ limit: Int) throws -> [Job] {
        try Job.fetch(
            database,
            "state = 'queued' AND setback IS NOT NULL AND (?1 IS NULL OR account = ?1) ORDER BY id LIMIT ?2",
            [account, limit])
    }

    /// The jobs that have not ended.
    public func underWay() async throws -> Set<Job.ID> {
        try await database.read { database in
            try Int64.fetchSet(
                database, sql: "SELECT id FROM job WHERE state IN ('claiming', 'queued', 'converting')")
        }
    }

    /// How many jobs there are in each state.
    public func counts(of account: Account.ID? = nil, since: Date = .distantPast) async throws -> [JobState: Int] {
        try await database.read { try Self.counts($0, account, since) }
    }

    static func counts(_ database: Database, _ account: Account.ID?, _ since: Date) throws -> [JobState: Int] {
        let sql = """
            SELECT state, count(*) AS number FROM job WHERE (?1 IS NULL OR account = ?1)
            AND (finished IS NULL OR finished >= ?2) GROUP BY state
            """
        var counts: [JobState: Int] = [:]
        for row in try Row.fetchAll(database, sql: sql, arguments: [account, since.stored]) {
            if let state = JobState(rawValue: row["state"]) { counts[state] = row["number"] }
        }
        return counts
    }
}
