import GRDB

extension Ledger {
    /// Writes a copy to a new file, as of one moment, while others read and write: SQLite's `VACUUM INTO`.
    public func copy(to path: String) async throws { try await database.vacuum(into: path) }
}
