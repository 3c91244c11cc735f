public import Domain
public import FoundationEssentials
import GRDB

/// The letters that are to go out, and those that went. A letter is *queued*, then *sending* from when it is taken until
/// its try has ended, and at last *sent* or *failed*; a failed try puts it back to *queued*.
public struct LetterQueue: Sendable {
    let database: any DatabaseWriter
    let policy: LetterPolicy

    // MARK: Sending

    /// When the next letter is due; nil where none is queued.
    public func nextDue(_ channel: Letter.Channel) async throws -> Date? {
        try await database.read { database in
            let sql = "SELECT min(notBefore) FROM letter WHERE state = 'queued' AND channel = ?"
            return try Double.fetchOne(database, sql: sql, arguments: [channel.rawValue]).map(Date.init(stored:))
        }
    }

    /// Takes the letter that has been due longest, nil where none is. It takes no more results from here on, so that
    /// every try is the same message. One that cannot be read is given up and does not hold up the others.
    public func takeNext(_ channel: Letter.Channel) async throws -> Letter? {
        try await database.write { database in
            let sql = """
                SELECT * FROM letter WHERE state = 'queued' AND channel = ? AND notBefore <= ?
                ORDER BY notBefore, id LIMIT 1
                """
            while let row = try Row.fetchOne(database, sql: sql, arguments: [channel.rawValue, Date().stored]) {
                let id: Int64 = row["id"]
                do {
                    let letter = try Letter(row: row, in: database)
                    try database.execute(
                        sql: "UPDATE letter SET state = 'sending', isOpen = 0 WHERE id = ?", arguments: [id])
                    return letter
                } catch let error as LedgerError {
                    try Self.finish(database, id, state: "failed", answer: error.description)
                }
            }
            return nil
        }
    }

    /// Puts back what a service that was killed was sending: nobody knows whether it arrived.
    public func recover() async throws -> Int {
        try await database.write { database in
            try database.execute(sql: "UPDATE letter SET state = 'queued' WHERE state = 'sending'")
            return database.changesCount
        }
    }

    /// The letter is with the mail server, in the mail directory or with the webhook. `answer` says which.
    public func markSent(_ id: Letter.ID, answer: String) async throws {
        try await database.write { database in
            try Self.finish(database, id, state: "sent", answer: answer)
            // What opens an account is not kept longer than needed.
            try database.execute(sql: "UPDATE letterItem SET link = NULL WHERE letter = ?", arguments: [id])
        }
    }

    /// No later try would do. The letter is kept for the administrator.
    public func giveUp(_ id: Letter.ID, answer: String) async throws {
        try await database.write { try Self.finish($0, id, state: "failed", answer: answer) }
    }

    /// To be tried again, not before a time.
    public func postpone(_ id: Letter.ID, until: Date, answer: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE letter SET state = 'queued', attempts = attempts + 1, notBefore = ?, answer = ? WHERE id = ?
                    """, arguments: [until.stored, answer, id])
        }
    }

    /// Gives up whatever waits for a channel that there is not any more.
    public func giveUpAll(_ channel: Letter.Channel, answer: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE letter SET state = 'failed', answer = ?, finished = ?, isOpen = 0
                    WHERE channel = ? AND state = 'queued'
                    """, arguments: [answer, Date().stored, channel.rawValue])
        }
    }

    private static func finish(_ database: Database, _ id: Letter.ID, state: String, answer: String) throws {
        try database.execute(
            sql:
                "UPDATE letter SET attempts = attempts + 1, state = ?, answer = ?, finished = ?, isOpen = 0 WHERE id = ?",
            arguments: [state, answer, Date().stored, id])
    }

    // MARK: Looking after

    /// How many letters are `queued`, `sent` and `failed`; one that is on its way counts as queued.
    public func counts() async throws -> [String: Int] {
        try await database.read { database in
            let sql = """
                SELECT iif(state = 'sending', 'queued', state) AS shown, count(*) AS number FROM letter GROUP BY shown
                """
            let rows = try Row.fetchAll(database, sql: sql)
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["shown"], $0["number"]) })
        }
    }

    /// Forgets letters that were sent, and letters that were given up, before a time.
    public func prune(sentBefore: Date, failedBefore: Date) async throws -> Int {
        try await database.write { database in
            try database.execute(
                sql: """
                    DELETE FROM letter WHERE (state = 'sent' AND finished < ?) OR (state = 'failed' AND finished < ?)
                    """, arguments: [sentBefore.stored, failedBefore.stored])
            return database.changesCount
        }
    }
}
