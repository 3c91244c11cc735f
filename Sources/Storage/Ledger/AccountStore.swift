public import ConversionContract
public import Domain
import FoundationEssentials
import GRDB

/// Who may drop and sign in.
public struct AccountStore: Sendable {
    let database: any DatabaseWriter

    /// - Parameter passwordHash: Argon2id in its encoded form; nil for an account that cannot sign in on the page.
    public func add(
        name: AccountName, email: EmailAddress, passwordHash: String?, preset: Preset, letters: LetterChoice = .digest
    ) async throws -> Account {
        try await database.write { database in
            try Self.insert(
                database, name: name, email: email, passwordHash: passwordHash, preset: preset, letters: letters)
        }
    }

    /// For a transaction that does more than this.
    static func insert(
        _ database: Database, name: AccountName, email: EmailAddress, passwordHash: String?, preset: Preset,
        letters: LetterChoice, isAdministrator: Bool = false
    ) throws -> Account {
        if try one(database, "name = ?", [name.text]) != nil { throw LedgerError.nameTaken(name.text) }
        // SECURITY: what a removed account left is nobody else's, and is about to go.
        let isLeft = try Bool.fetchOne(database, sql: "SELECT 1 FROM leftTree WHERE name = ?", arguments: [name.text])
        if isLeft == true { throw LedgerError.nameTaken(name.text) }
        if try account(database, email: email) != nil { throw LedgerError.emailTaken(email.text) }
        try database.execute(
            sql: """
                INSERT INTO account (name, email, passwordHash, preset, letters, isAdministrator, created)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                name.text, email.text, passwordHash, preset.rawValue, letters.rawValue, isAdministrator, Date().stored,
            ])
        return try one(database, "id = ?", [database.lastInsertedRowID])
            .orThrow(LedgerError.noSuchAccount(name.text))
    }

    static func account(_ database: Database, email: EmailAddress) throws -> Account? {
        try one(database, "email = ?", [email.text])
    }

    public func all() async throws -> [Account] {
        try await database.read { try Self.fetch($0, "1 ORDER BY name", []) }
    }

    public func account(named name: AccountName) async throws -> Account? {
        try await database.read { try Self.one($0, "name = ?", [name.text]) }
    }

    public func account(_ id: Account.ID) async throws -> Account? {
        try await database.read { try Self.one($0, "id = ?", [id]) }
    }

    /// The account that signs in with this name or address, and its password's hash.
    public func signIn(_ login: String) async throws -> (account: Account, passwordHash: String?)? {
        try await database.read { database in
            let sql = "SELECT * FROM account WHERE name = ? OR email = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [login, login]) else { return nil }
            return (try Account(row: row), row["passwordHash"])
        }
    }

    public func setEnabled(_ isEnabled: Bool, _ id: Account.ID) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE account SET isEnabled = ? WHERE id = ?", arguments: [isEnabled ? 1 : 0, id])
            if !isEnabled {
                try database.execute(sql: "DELETE FROM session WHERE account = ?", arguments: [id])
            }
        }
    }

    /// Sets the password, and ends every session that the old one opened, and whatever it could be set with.
    /// - Parameter keeping: The session in which it is changed.
    public func setPassword(hash: String, _ id: Account.ID, keeping session: String? = nil) async throws {
        try await database.write { try Self.setPassword($0, hash: hash, id, keeping: session) }
    }

    static func setPassword(_ database: Database, hash: String, _ id: Account.ID, keeping session: String?) throws {
        try database.execute(sql: "UPDATE account SET passwordHash = ? WHERE id = ?", arguments: [hash, id])
        try database.execute(
            sql: "DELETE FROM session WHERE account = ? AND id IS NOT ?", arguments: [id, session])
        try database.execute(sql: "DELETE FROM passwordReset WHERE account = ?", arguments: [id])
    }

    /// The hash of the account's password; nil where it has none.
    public func passwordHash(of id: Account.ID) async throws -> String? {
        try await database.read { database in
            try String.fetchOne(database, sql: "SELECT passwordHash FROM account WHERE id = ?", arguments: [id])
        }
    }

    public func setLetters(_ choice: LetterChoice, _ id: Account.ID) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE account SET letters = ? WHERE id = ?", arguments: [choice.rawValue, id])
        }
    }

    public func setAdministrator(_ isAdministrator: Bool, _ id: Account.ID) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE account SET isAdministrator = ? WHERE id = ?", arguments: [isAdministrator, id])
        }
    }

    /// Disables the account and cancels its unfinished jobs, so that it can be removed. Returns those jobs.
    public func close(_ id: Account.ID) async throws -> [Job] {
        try await database.write { try Self.close($0, id) }
    }

    private static func close(_ database: Database, _ id: Account.ID) throws -> [Job] {
        try database.execute(sql: "UPDATE account SET isEnabled = 0 WHERE id = ?", arguments: [id])
        let unfinished = try Job.fetch(
            database, "account = ? AND state IN ('claiming', 'queued', 'converting') ORDER BY id", [id])
        try database.execute(
            sql: """
                UPDATE job SET state = 'cancelled', finished = ?, reason = 'cancelled',
                message = 'The account was removed.' WHERE account = ? AND state IN ('claiming', 'queued', 'converting')
                """, arguments: [Date().stored, id])
        return unfinished
    }

    /// Removes the account with its tokens, sessions, uploads, job history and letters. Those that are queued still go
    /// out.
    public func remove(_ id: Account.ID) async throws {
        try await database.write { try Self.remove($0, id) }
    }

    private static func remove(_ database: Database, _ id: Account.ID) throws {
        try database.execute(
            sql: "DELETE FROM letter WHERE account = ? AND state IN ('sent', 'failed')", arguments: [id])
        try database.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [id])
    }

    /// Removes an account that is closed, unless something was claimed for it in between: that is cancelled and returned,
    /// and the account is still there.
    /// - Parameter withTree: Writes down that its directories are to be removed: see ``leftTrees()``.
    func removeClosed(_ account: Account, withTree: Bool) async throws -> [Job] {
        try await database.write { database in
            let late = try Self.close(database, account.id)
            guard late.isEmpty else { return late }
            if withTree {
                let sql = "INSERT OR IGNORE INTO leftTree (name) VALUES (?)"
                try database.execute(sql: sql, arguments: [account.name.text])
            }
            try Self.remove(database, account.id)
            return []
        }
    }

    /// Names of removed accounts whose directories may still be there.
    func leftTrees() async throws -> [AccountName] {
        try await database.read { try String.fetchAll($0, sql: "SELECT name FROM leftTree ORDER BY name") }
            .compactMap { AccountName($0) }
    }

    func forgetLeftTree(_ name: AccountName) async throws {
        try await database.write { try $0.execute(sql: "DELETE FROM leftTree WHERE name = ?", arguments: [name.text]) }
    }

    private static func fetch(_ database: Database, _ condition: String, _ arguments: StatementArguments) throws
        -> [Account]
    {
        try Row.fetchAll(database, sql: "SELECT * FROM account WHERE \(condition)", arguments: arguments)
            .map(Account.init(row:))
    }

    private static func one(_ database: Database, _ condition: String, _ arguments: StatementArguments) throws
        -> Account?
    {
        try fetch(database, condition, arguments).first
    }
}

extension Account {
    init(row: Row) throws {
        let id: Int64 = row["id"]
        guard let name = AccountName(row["name"]), let email = EmailAddress(row["email"]),
            let preset = Preset(rawValue: row["preset"]), let letters = LetterChoice(rawValue: row["letters"])
        else { throw LedgerError.unreadableRow(table: "account", id: id) }
        self.init(
            id: id, name: name, email: email, preset: preset, isEnabled: row["isEnabled"],
            letters: letters, isAdministrator: row["isAdministrator"], created: Date(stored: row["created"]))
    }
}

extension Optional {
    func orThrow(_ error: @autoclosure () -> any Error) throws -> Wrapped {
        guard let self else { throw error() }
        return self
    }
}
