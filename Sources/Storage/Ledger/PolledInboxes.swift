public import Domain
import GRDB

/// The inboxes that the running service looks into by the clock, because events do not come, and why. The service writes
/// this for the administrator's commands to read.
public struct PolledInboxes: Sendable {
    let database: any DatabaseWriter

    public func all() async throws -> [Account.ID: String] {
        try await database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT account, cause FROM polledInbox")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["account"], $0["cause"]) })
        }
    }

    public func replace(with causes: [Account.ID: String]) async throws {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM polledInbox")
            for (account, cause) in causes {
                // An account may have been removed meanwhile.
                try database.execute(
                    sql: "INSERT INTO polledInbox (account, cause) SELECT id, ? FROM account WHERE id = ?",
                    arguments: [cause, account])
            }
        }
    }
}
