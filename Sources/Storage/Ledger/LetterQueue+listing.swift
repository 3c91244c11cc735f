public import Domain
public import FoundationEssentials
import GRDB

/// A letter as an administrator sees it.
public struct LetterRecord: Sendable {
    public let letter: Letter
    /// `queued`, `sending`, `sent` or `failed`.
    public let state: String
    /// Whether it still waits for more results.
    public let isOpen: Bool
    /// When it is tried next.
    public let notBefore: Date
    /// When it was sent or given up.
    public let finished: Date?
    /// What came of the last try.
    public let answer: String?
}

extension LetterQueue {
    public static let states = ["queued", "sending", "sent", "failed"]

    /// Newest first. What cannot be read is left out.
    public func list(state: String? = nil, limit: Int = 50) async throws -> [LetterRecord] {
        try await records("?1 IS NULL OR state = ?1 ORDER BY id DESC LIMIT ?2", [state, limit])
    }

    /// Those that wait for another try because the last one did not get through, the oldest first.
    public func heldUp(limit: Int) async throws -> [LetterRecord] {
        try await records("state = 'queued' AND attempts > 0 ORDER BY id LIMIT ?", [limit])
    }

    private func records(_ condition: String, _ arguments: StatementArguments) async throws -> [LetterRecord] {
        try await database.read { database in
            let sql = "SELECT * FROM letter WHERE \(condition)"
            return try Row.fetchAll(database, sql: sql, arguments: arguments).compactMap { row in
                guard let letter = try? Letter(row: row, in: database) else { return nil }
                return LetterRecord(
                    letter: letter, state: row["state"], isOpen: row["isOpen"],
                    notBefore: Date(stored: row["notBefore"]),
                    finished: (row["finished"] as Double?).map(Date.init(stored:)), answer: row["answer"])
            }
        }
    }

    /// Begins another round of tries, at once and with the shortest pauses, for a letter that waits or was given up; for all of them where `id` is
    /// nil. Returns how many.
    public func retry(_ id: Letter.ID? = nil) async throws -> Int {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE letter SET state = 'queued', isOpen = 0, notBefore = 0, since = ?1, attempts = 0, finished = NULL
                    WHERE state IN ('queued', 'failed') AND (?2 IS NULL OR id = ?2)
                    """, arguments: [Date().stored, id])
            return database.changesCount
        }
    }
}
