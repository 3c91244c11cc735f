import GRDB

extension JobLedger {
    /// How many jobs wait for a converter.
    public func queueLength() async throws -> Int {
        try await database.read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM job WHERE state IN ('claiming', 'queued')") ?? 0
        }
    }
}
