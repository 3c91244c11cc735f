public import Domain
public import FoundationEssentials
import GRDB

/// A request that its sender may repeat: `Idempotency-Key`, of one account.
public struct RequestMemo: Sendable, Hashable {
    public let key: String
    /// What the request asked for: the same key for something else is a mistake.
    public let request: String
    public let expires: Date

    public init(key: String, request: String, expires: Date) {
        self.key = key
        self.request = request
        self.expires = expires
    }
}

/// Which jobs, or which resumable upload, the requests with an `Idempotency-Key` became. Written in the transaction that
/// writes those down.
public struct IdempotencyKeys: Sendable {
    let database: any DatabaseWriter

    public enum Outcome: Sendable, Hashable {
        case jobs([Job])
        case upload(ResumableUpload.ID)
    }

    /// What the request with this key became; nil where none came, or long ago.
    public func known(_ key: String, of account: Account.ID) async throws -> (request: String, outcome: Outcome)? {
        try await database.read { database in
            let arguments: StatementArguments = [account, key]
            let sql = "SELECT upload, request FROM uploadKey WHERE account = ? AND key = ?"
            if let row = try Row.fetchOne(database, sql: sql, arguments: arguments) {
                return (row["request"], .upload(row["upload"]))
            }
            let rows = try Row.fetchAll(
                database,
                sql:
                    "SELECT job, request FROM idempotencyKey WHERE account = ? AND key = ? AND expires > ? ORDER BY job",
                arguments: arguments + [Date().stored])
            guard let request = rows.first?["request"] as String? else { return nil }
            return (request, .jobs(try rows.map { try Job.one(database, $0["job"]) }))
        }
    }

    static func remember(_ database: Database, _ memo: RequestMemo, of upload: ResumableUpload) throws {
        try database.execute(
            sql: "INSERT INTO uploadKey (account, key, upload, request) VALUES (?, ?, ?, ?)",
            arguments: [upload.account, memo.key, upload.id, memo.request])
    }

    static func remember(_ database: Database, _ memo: RequestMemo, of account: Account.ID, _ jobs: [Job]) throws {
        try database.execute(sql: "DELETE FROM idempotencyKey WHERE expires <= ?", arguments: [Date().stored])
        for job in jobs {
            try database.execute(
                sql: "INSERT INTO idempotencyKey (account, key, job, request, expires) VALUES (?, ?, ?, ?, ?)",
                arguments: [account, memo.key, job.id, memo.request, memo.expires.stored])
        }
    }
}
