import Crypto
public import Domain
public import FoundationEssentials
import GRDB

/// The drop tokens' digests. A token itself is nowhere but in its owner's hands.
public struct TokenStore: Sendable {
    let database: any DatabaseWriter

    /// What is known of a token.
    public struct Entry: Sendable, Hashable, Identifiable {
        public let id: Int64
        public let label: String
        public let created: Date
        public let expires: Date?
        public let lastUsed: Date?
    }

    /// Issues a token; it cannot be read again later.
    public func issue(label: String, expires: Date?, for account: Account.ID) async throws -> DropToken {
        try await database.write { try Self.issue($0, label: label, expires: expires, for: account) }
    }

    /// For a transaction that does more than this.
    static func issue(_ database: Database, label: String, expires: Date?, for account: Account.ID) throws -> DropToken
    {
        let token = DropToken()
        try database.execute(
            sql: "INSERT INTO token (account, digest, label, created, expires) VALUES (?, ?, ?, ?, ?)",
            arguments: [account, digest(token), label, Date().stored, expires?.stored])
        return token
    }

    /// Whether `token` opens `account`'s inbox now.
    public func verdict(on token: DropToken, of account: Account.ID) async throws -> TokenVerdict {
        let digest = Self.digest(token)
        return try await database.read { database in
            let enabled = try Bool.fetchOne(
                database, sql: "SELECT isEnabled FROM account WHERE id = ?", arguments: [account])
            guard enabled == true else { return .accountDisabled }
            var verdict = TokenVerdict.unknown
            let rows = try Row.fetchAll(
                database, sql: "SELECT id, digest, expires FROM token WHERE account = ?", arguments: [account])
            // Every digest is compared, in constant time, so that the time taken says nothing about any of them.
            for row in rows where Self.isEqual(row["digest"], digest) {
                let expires: Double? = row["expires"]
                let isLive = expires.map { $0 > Date().stored } ?? true
                verdict = isLive ? .accepted(row["id"]) : .expired
            }
            return verdict
        }
    }

    /// The enabled account that a bearer token belongs to.
    public func account(for token: DropToken) async throws -> Account? {
        let digest = Self.digest(token)
        return try await database.read { database in
            // The look-up is by digest: what its time could tell is SHA-256 bits of a guess, not the token's.
            let sql = """
                SELECT account.* FROM account JOIN token ON token.account = account.id
                WHERE token.digest = ? AND account.isEnabled AND (token.expires IS NULL OR token.expires > ?)
                """
            return try Row.fetchOne(database, sql: sql, arguments: [digest, Date().stored]).map(Account.init(row:))
        }
    }

    /// Writes down that a token was used. Not with every use: once a minute tells its owner enough.
    public func touch(_ id: Int64) async throws {
        let now = Date().stored
        try await database.write { database in
            try database.execute(
                sql: "UPDATE token SET lastUsed = ? WHERE id = ? AND (lastUsed IS NULL OR lastUsed < ?)",
                arguments: [now, id, now - 60])
        }
    }

    public func all(of account: Account.ID) async throws -> [Entry] {
        try await database.read { database in
            let sql = "SELECT id, label, created, expires, lastUsed FROM token WHERE account = ? ORDER BY id"
            return try Row.fetchAll(database, sql: sql, arguments: [account]).map { row in
                Entry(
                    id: row["id"], label: row["label"], created: Date(stored: row["created"]),
                    expires: (row["expires"] as Double?).map(Date.init(stored:)),
                    lastUsed: (row["lastUsed"] as Double?).map(Date.init(stored:)))
            }
        }
    }

    /// Revokes one token, or all of the account's where `id` is nil. Returns how many were revoked.
    public func revoke(_ id: Int64?, of account: Account.ID) async throws -> Int {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM token WHERE account = ? AND (? IS NULL OR id = ?)", arguments: [account, id, id])
            return database.changesCount
        }
    }

    private static func digest(_ token: DropToken) -> Data {
        Data(SHA256.hash(data: Data(token.text.utf8)))
    }

    private static func isEqual(_ left: Data, _ right: Data) -> Bool {
        left.count == right.count && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
