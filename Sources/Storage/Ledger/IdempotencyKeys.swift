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

/// Which jobs the requests with an `Idempotency-Key` became. Written in the transaction that writes the jobs down.
public struct IdempotencyKeys: Sendable {
    let database: any DatabaseWriter

    /// What the request with this key became; nil where none came, or long ago.
    public func known(_ key: String, of account: Account.ID) async throws -> (request: String, jobs: [Job])? {
        try await database.read { database in
            let sql =
                "SELECT job, request FROM idempotencyKey WHERE account = ? AND key = ? AND expires > ? ORDER BY job"
            let rows = try Row.fetchAll(database, sql: sql, arguments: [account, key, Date().stored])
            guard let request = rows.first?["request"] as String? else { return nil }
            return (request, try rows.map { try Job.one(database, $0["job"]) })
        }
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
