import ConversionContract
import Domain
import FoundationEssentials
import GRDB

extension Job {
    static func fetch(_ database: Database, _ condition: String, _ arguments: StatementArguments) throws -> [Job] {
        try Row.fetchAll(database, sql: "SELECT * FROM job WHERE \(condition)", arguments: arguments)
            .map(Job.init(row:))
    }

    static func one(_ database: Database, _ id: Int64) throws -> Job {
        try fetch(database, "id = ?", [id]).first.orThrow(LedgerError.unreadableRow(table: "job", id: id))
    }

    init(row: Row) throws {
        let id: Int64 = row["id"]
        guard let drop = DropPath(stored: row["dropPath"]), let preset = Preset(rawValue: row["preset"]),
            let state = JobState(rawValue: row["state"])
        else { throw LedgerError.unreadableRow(table: "job", id: id) }
        self.init(
            id: id, account: row["account"], drop: drop, preset: preset, state: state, attempts: row["attempts"],
            size: row["size"], created: Date(stored: row["created"]),
            finished: (row["finished"] as Double?).map(Date.init(stored:)),
            output: (row["output"] as Data?).flatMap(DropPath.init(stored:)), duration: row["duration"],
            failure: JobFailure(row: row), note: (row["reason"] as String?) == nil ? row["message"] : nil,
            isUpload: row["isUpload"], setback: row["setback"], setbacks: row["setbacks"],
            crashes: row["crashes"], interruptions: row["interruptions"])
    }
}

extension JobFailure {
    init?(row: Row) {
        guard let reason = row["reason"] as String?, let message = row["message"] as String? else { return nil }
        self.init(reason: reason, message: message)
    }
}

extension DropPath {
    init?(stored: Data) { self.init(bytes: stored) }
}
