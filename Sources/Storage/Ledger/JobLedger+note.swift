public import Domain
import GRDB

extension JobLedger {
    /// Writes down what the owner of a job that is being converted should know of its MP3, in one sentence; nil for
    /// nothing. A job that did not fail has no reason, so the sentence has the place of a failure's.
    public func setNote(_ note: String?, of id: Job.ID) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE job SET message = ? WHERE id = ? AND state = 'converting'", arguments: [note, id])
        }
    }
}
