public import Domain
public import FoundationEssentials
import GRDB

/// The letters that are to go out. A letter enters in the transaction that ends its job.
public struct LetterQueue: Sendable {
    let database: any DatabaseWriter

    static func enqueue(_ database: Database, for job: Job) throws {
        let sql = """
            INSERT INTO letter (token, job, accountName, recipient, dropPath, output, duration, reason, message, created)
            SELECT ?, ?, name, email, ?, ?, ?, ?, ?, ? FROM account WHERE id = ?
            """
        try database.execute(
            sql: sql,
            arguments: [
                UUID().uuidString.lowercased(), job.id, Data(job.drop.bytes), job.output.map { Data($0.bytes) },
                job.duration, job.failure?.reason, job.failure?.message, Date().stored, job.account,
            ])
    }

    /// Letters that are due, oldest first. One that cannot be read stays queued and does not hold up the others.
    public func due(limit: Int) async throws -> [Letter] {
        try await database.read { database in
            let sql = "SELECT * FROM letter WHERE state = 'queued' AND notBefore <= ? ORDER BY id LIMIT ?"
            return try Row.fetchAll(database, sql: sql, arguments: [Date().stored, limit]).compactMap {
                try? Letter(row: $0)
            }
        }
    }

    /// When the next letter is due; nil where none is queued.
    public func nextDue() async throws -> Date? {
        try await database.read { database in
            try Double.fetchOne(database, sql: "SELECT min(notBefore) FROM letter WHERE state = 'queued'")
                .map(Date.init(stored:))
        }
    }

    /// The letter is with the mail server or in the mail directory. `answer` says which.
    public func markSent(_ id: Letter.ID, answer: String) async throws {
        try await finish(id, state: "sent", answer: answer)
    }

    /// No later try would do. The letter is kept for the administrator.
    public func giveUp(_ id: Letter.ID, answer: String) async throws {
        try await finish(id, state: "failed", answer: answer)
    }

    /// To be tried again, not before a time.
    public func postpone(_ id: Letter.ID, until: Date, answer: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE letter SET attempts = attempts + 1, notBefore = ?, answer = ? WHERE id = ?",
                arguments: [until.stored, answer, id])
        }
    }

    /// How many letters are `queued`, `sent` and `failed`.
    public func counts() async throws -> [String: Int] {
        try await database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) AS number FROM letter GROUP BY state")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["state"], $0["number"]) })
        }
    }

    private func finish(_ id: Letter.ID, state: String, answer: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE letter SET attempts = attempts + 1, state = ?, answer = ? WHERE id = ?",
                arguments: [state, answer, id])
        }
    }
}

extension Letter {
    init(row: Row) throws {
        let id: Int64 = row["id"]
        let output = (row["output"] as Data?).flatMap(DropPath.init(stored:))
        let subject: Subject? =
            if let failure = JobFailure(row: row) {
                .failed(failure)
            } else {
                output.map { .completed(output: $0, duration: row["duration"]) }
            }
        guard let accountName = AccountName(row["accountName"]), let recipient = EmailAddress(row["recipient"]),
            let drop = DropPath(stored: row["dropPath"]), let subject
        else { throw LedgerError.unreadableRow(table: "letter", id: id) }
        self.init(
            id: id, token: row["token"], accountName: accountName, recipient: recipient, drop: drop, subject: subject,
            created: Date(stored: row["created"]), attempts: row["attempts"])
    }
}
