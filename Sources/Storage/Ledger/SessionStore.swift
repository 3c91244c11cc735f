public import Domain
public import FoundationEssentials
import GRDB

/// Who is signed in on the page. A session that is not in here is over, whatever a signed token says.
public struct SessionStore: Sendable {
    let database: any DatabaseWriter

    public func begin(_ id: String, for account: Account.ID, expires: Date) async throws {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM session WHERE expires <= ?", arguments: [Date().stored])
            try database.execute(
                sql: "INSERT INTO session (id, account, expires) VALUES (?, ?, ?)",
                arguments: [id, account, expires.stored])
        }
    }

    /// The enabled account whose live session this is.
    public func account(of id: String) async throws -> Account? {
        try await database.read { database in
            let sql = """
                SELECT account.* FROM account JOIN session ON session.account = account.id
                WHERE session.id = ? AND session.expires > ? AND account.isEnabled
                """
            return try Row.fetchOne(database, sql: sql, arguments: [id, Date().stored]).map(Account.init(row:))
        }
    }

    public func end(_ id: String) async throws {
        try await database.write { try $0.execute(sql: "DELETE FROM session WHERE id = ?", arguments: [id]) }
    }
}
