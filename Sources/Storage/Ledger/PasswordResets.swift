public import Domain
public import FoundationEssentials
import GRDB

/// Passwords that were forgotten, and may be set anew by whoever holds the secret in the letter.
public struct PasswordResets: Sendable {
    let database: any DatabaseWriter
    let letters: LetterQueue

    /// Queues a letter with the link to whoever signs in with this name or address. Where there is nobody, the same is
    /// written down but for the letter.
    public func begin(
        _ login: String, expires: Date, link: @escaping @Sendable (OneTimeSecret) -> String
    ) async throws {
        let secret = OneTimeSecret()
        try await database.write { database in
            try database.execute(sql: "DELETE FROM passwordReset WHERE expires <= ?", arguments: [Date().stored])
            let sql = "SELECT id FROM account WHERE (name = ? OR email = ?) AND isEnabled"
            let account = try Int64.fetchOne(database, sql: sql, arguments: [login, login])
            try database.execute(
                sql: "INSERT INTO passwordReset (digest, account, expires) VALUES (?, ?, ?)",
                arguments: [secret.digest, account, expires.stored])
            guard let account else { return }
            let item = Letter.Item(.resetPassword(link: link(secret), expires: expires), date: .now)
            try letters.enqueue(database, item, for: account)
        }
    }

    /// The account whose password the secret sets; nil where it was used or has expired.
    public func account(_ secret: OneTimeSecret) async throws -> Account? {
        try await database.read { try Self.account($0, secret) }
    }

    /// Sets the password, ends every session, and uses up all of the account's secrets. Nil where this one is worth
    /// nothing.
    public func complete(_ secret: OneTimeSecret, passwordHash: String) async throws -> Account? {
        try await database.write { database in
            guard let account = try Self.account(database, secret) else { return nil }
            try AccountStore.setPassword(database, hash: passwordHash, account.id, keeping: nil)
            return account
        }
    }

    private static func account(_ database: Database, _ secret: OneTimeSecret) throws -> Account? {
        let sql = """
            SELECT account.* FROM account JOIN passwordReset ON passwordReset.account = account.id
            WHERE passwordReset.digest = ? AND passwordReset.expires > ? AND account.isEnabled
            """
        return try Row.fetchOne(database, sql: sql, arguments: [secret.digest, Date().stored]).map(Account.init(row:))
    }
}
