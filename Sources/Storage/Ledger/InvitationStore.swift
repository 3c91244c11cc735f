import Crypto
public import Domain
public import FoundationEssentials
import GRDB

/// Who may register where only the invited may. An invitation makes one account; the ledger holds only its digest.
public struct InvitationStore: Sendable {
    let database: any DatabaseWriter

    /// - Parameter email: The only address that it is good for; nil for any.
    public func issue(email: EmailAddress?, expires: Date) async throws -> OneTimeSecret {
        let secret = OneTimeSecret()
        try await database.write { database in
            let now = Date().stored
            try database.execute(sql: "DELETE FROM invitation WHERE expires <= ?", arguments: [now])
            try database.execute(
                sql: "INSERT INTO invitation (digest, email, created, expires) VALUES (?, ?, ?, ?)",
                arguments: [secret.digest, email?.text, now, expires.stored])
        }
        return secret
    }

    /// - Throws: ``LedgerError/noSuchInvitation`` for one that is used or expired, or is somebody else's.
    static func check(_ database: Database, _ digest: Data, for email: EmailAddress) throws {
        let sql = "SELECT 1 FROM invitation WHERE digest = ? AND expires > ? AND (email IS NULL OR email = ?)"
        guard try Int.fetchOne(database, sql: sql, arguments: [digest, Date().stored, email.text]) != nil else {
            throw LedgerError.noSuchInvitation
        }
    }

    /// Uses it up.
    static func redeem(_ database: Database, _ digest: Data, for email: EmailAddress) throws {
        try check(database, digest, for: email)
        try database.execute(sql: "DELETE FROM invitation WHERE digest = ?", arguments: [digest])
    }
}

extension OneTimeSecret {
    /// A look-up goes by this: what its time could tell is bits of the digest of a guess, not of the secret.
    var digest: Data { Data(SHA256.hash(data: Data(text.utf8))) }
}
