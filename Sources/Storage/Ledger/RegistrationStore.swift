public import Domain
public import FoundationEssentials
import GRDB

/// Accounts that wait for their address to be confirmed. They are no accounts yet: nobody can sign in or drop with one,
/// and neither its name nor its address is taken, so that nothing shows which addresses have accounts.
public struct RegistrationStore: Sendable {
    let database: any DatabaseWriter
    let letters: LetterQueue

    /// What the holder of a confirmation's secret wanted.
    public struct Pending: Sendable, Hashable {
        public let name: AccountName
        public let email: EmailAddress
        public let passwordHash: String
        let invitation: Data?
    }

    /// Writes down what somebody wants, and queues a letter to the address: with `link` to confirm it, or, where there
    /// is an account with that address, one that says so. Both are the same work.
    /// - Throws: ``LedgerError/noSuchInvitation``.
    public func begin(
        name: AccountName, email: EmailAddress, passwordHash: String, invitation: OneTimeSecret?, expires: Date,
        page: String?, link: @escaping @Sendable (OneTimeSecret) -> String
    ) async throws {
        let secret = OneTimeSecret()
        try await database.write { database in
            if let invitation { try InvitationStore.check(database, invitation.digest, for: email) }
            try database.execute(sql: "DELETE FROM registration WHERE expires <= ?", arguments: [Date().stored])
            try database.execute(
                sql: """
                    INSERT INTO registration (digest, name, email, passwordHash, invitation, expires)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    secret.digest, name.text, email.text, passwordHash, invitation?.digest, expires.stored,
                ])
            if let known = try AccountStore.account(database, email: email) {
                let item = Letter.Item(.alreadyRegistered(page: page), date: .now)
                try letters.enqueue(database, item, for: known.id)
            } else {
                let item = Letter.Item(.confirmAddress(link: link(secret), expires: expires), date: .now)
                try letters.enqueue(database, item, to: email, named: name)
            }
        }
    }

    /// Nil for a secret that was used or has expired, or never was.
    public func pending(_ secret: OneTimeSecret) async throws -> Pending? {
        try await database.read { try Self.pending($0, secret) }
    }

    static func pending(_ database: Database, _ secret: OneTimeSecret) throws -> Pending? {
        let sql = "SELECT * FROM registration WHERE digest = ? AND expires > ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [secret.digest, Date().stored]),
            let name = AccountName(row["name"]), let email = EmailAddress(row["email"])
        else { return nil }
        return Pending(name: name, email: email, passwordHash: row["passwordHash"], invitation: row["invitation"])
    }

    /// Forgets everything that waits for this address.
    static func forget(_ database: Database, _ email: EmailAddress) throws {
        try database.execute(sql: "DELETE FROM registration WHERE email = ?", arguments: [email.text])
    }
}
