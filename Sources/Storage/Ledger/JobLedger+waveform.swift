public import Domain
public import FoundationEssentials
import GRDB

extension JobLedger {
    /// The outline of the job's sound: the highest sample of each of its spans, full scale being 255. nil where none was
    /// measured.
    public func waveform(of id: Job.ID) async throws -> Data? {
        try await database.read { database in
            try Data.fetchOne(database, sql: "SELECT peaks FROM waveform WHERE job = ?", arguments: [id])
        }
    }

    /// That of an earlier attempt is forgotten.
    static func setWaveform(_ database: Database, _ waveform: Data?, of id: Job.ID) throws {
        try database.execute(sql: "DELETE FROM waveform WHERE job = ?", arguments: [id])
        guard let waveform else { return }
        try database.execute(
            sql: "INSERT INTO waveform (job, peaks) VALUES (?, ?)", arguments: [id, waveform])
    }
}
