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
            if try Row.fetchOne(database, sql: "SELECT 1 FROM account WHERE name = ?", arguments: [name.text]) != nil {
                throw LedgerError.nameTaken(name.text)
            }
            if try Row.fetchOne(database, sql: "SELECT 1 FROM account WHERE email = ?", arguments: [email.text]) != nil
            {
                throw LedgerError.emailTaken(email.text)
            }
            try database.execute(
                sql: """
                    INSERT INTO account (name, email, passwordHash, preset, letters, created) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    name.text, email.text, passwordHash, preset.rawValue, letters.rawValue, Date().stored,
                ])
            return try Self.one(database, "id = ?", [database.lastInsertedRowID])
                .orThrow(LedgerError.noSuchAccount(name.text))
        }
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

    /// Sets the password and ends every session that the old one opened.
    public func setPassword(hash: String, _ id: Account.ID) async throws {
        try await database.write { database in
            try database.execute(sql: "UPDATE account SET passwordHash = ? WHERE id = ?", arguments: [hash, id])
            try database.execute(sql: "DELETE FROM session WHERE account = ?", arguments: [id])
        }
    }

    public func setLetters(_ choice: LetterChoice, _ id: Account.ID) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE account SET letters = ? WHERE id = ?", arguments: [choice.rawValue, id])
        }
    }

    /// Disables the account and cancels its unfinished jobs, so that it can be removed. Returns those jobs.
    public func close(_ id: Account.ID) async throws -> [Job] {
        try await database.write { database in
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
    }

    /// Removes the account with its tokens, sessions and job history. Letters that are queued still go out.
    public func remove(_ id: Account.ID) async throws {
        try await database.write { try $0.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [id]) }
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
            letters: letters, created: Date(stored: row["created"]))
    }
}

extension Optional {
    func orThrow(_ error: @autoclosure () -> any Error) throws -> Wrapped {
        guard let self else { throw error() }
        return self
    }
}
