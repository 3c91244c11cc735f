import GRDB

/// What there is to measure, in one look at the ledger.
public struct LedgerFigures: Sendable, Hashable {
    /// Jobs in each state, `claiming` to `cancelled`.
    public let jobs: [String: Int]
    /// Letters and webhook events in each state, by channel.
    public let letters: [String: [String: Int]]
    /// Bytes of jobs that have not ended.
    public let queuedBytes: Int64
    public let unfinishedUploads: Int
    /// Bytes that unfinished uploads have brought so far.
    public let uploadedBytes: Int64
    /// Conversions begun that broke off and were or will be begun again.
    public let repeatedConversions: Int
    /// Seconds of sound in all MP3s.
    public let publishedSeconds: Double
}

extension Ledger {
    public func figures() async throws -> LedgerFigures {
        try await database.read { database in
            var jobs: [String: Int] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT state, count(*) AS number FROM job GROUP BY state") {
                jobs[row["state"]] = row["number"]
            }
            var letters: [String: [String: Int]] = [:]
            let sql = "SELECT channel, state, count(*) AS number FROM letter GROUP BY channel, state"
            for row in try Row.fetchAll(database, sql: sql) {
                letters[row["channel"], default: [:]][row["state"]] = row["number"]
            }
            let sums = try Row.fetchOne(
                database,
                sql: """
                    SELECT
                    (SELECT ifnull(sum(size), 0) FROM job WHERE state IN ('claiming', 'queued', 'converting')) AS queued,
                    (SELECT count(*) FROM upload WHERE job IS NULL) AS uploads,
                    (SELECT ifnull(sum(offset), 0) FROM upload WHERE job IS NULL) AS uploaded,
                    (SELECT ifnull(sum(max(attempts - 1, 0) + setbacks), 0) FROM job) AS repeated,
                    (SELECT ifnull(sum(duration), 0.0) FROM job WHERE state = 'published') AS seconds
                    """)
            return LedgerFigures(
                jobs: jobs, letters: letters, queuedBytes: sums?["queued"] ?? 0,
                unfinishedUploads: sums?["uploads"] ?? 0,
                uploadedBytes: sums?["uploaded"] ?? 0, repeatedConversions: sums?["repeated"] ?? 0,
                publishedSeconds: sums?["seconds"] ?? 0)
        }
    }
}
