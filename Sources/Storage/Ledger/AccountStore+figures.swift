public import Domain
public import FoundationEssentials
import GRDB

/// What an administrator wants to know of an account.
public struct AccountFigures: Sendable, Hashable {
    public let account: Account
    /// Drops that were taken since the day began.
    public let jobsToday: Int
    /// Bytes of its jobs that have not ended.
    public let queuedBytes: Int64
    /// When the last drop was taken.
    public let lastDrop: Date?
}

extension AccountStore {
    /// Of all accounts, by name. Whoever looks does so every few seconds, so this reads what indexes lead to, and never all
    /// jobs.
    /// - Parameter day: When the day began.
    public func figures(since day: Date) async throws -> [AccountFigures] {
        try await database.read { database in
            // Jobs are numbered as they come: from the newest on, this reads those of the day and one more.
            let earlier = try Int64.fetchOne(
                database, sql: "SELECT id FROM job WHERE created < ? ORDER BY id DESC LIMIT 1", arguments: [day.stored])
            let sql = """
                SELECT account.*, ifnull(queue.bytes, 0) AS queuedBytes,
                (SELECT count(*) FROM job WHERE job.account = account.id AND job.id > ?) AS jobsToday,
                (SELECT created FROM job WHERE job.account = account.id ORDER BY job.id DESC LIMIT 1) AS lastDrop
                FROM account LEFT JOIN (
                    SELECT account, sum(size) AS bytes FROM job
                    WHERE state IN ('claiming', 'queued', 'converting') GROUP BY account
                ) AS queue ON queue.account = account.id
                ORDER BY account.name
                """
            return try Row.fetchAll(database, sql: sql, arguments: [earlier ?? 0]).map { row in
                AccountFigures(
                    account: try Account(row: row), jobsToday: row["jobsToday"], queuedBytes: row["queuedBytes"],
                    lastDrop: (row["lastDrop"] as Double?).map(Date.init(stored:)))
            }
        }
    }
}
