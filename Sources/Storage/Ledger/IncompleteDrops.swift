public import Domain
public import FoundationEssentials
import GRDB
public import LinuxSystem

/// A drop that was found without its end, and what its file was then.
public struct IncompleteDrop: Sendable, Hashable {
    public let account: Account.ID
    public let drop: DropPath
    public let since: Date
    /// Whether its owner was told.
    public let isTold: Bool
    /// Whether it is in its inbox for certain: between the finding and the rename back it is not.
    public let isSettled: Bool
    /// Whether a converter found it, and not only that some of its bytes were never written.
    public let isJudged: Bool
    private let inode: Int64
    private let size: Int64
    private let modified: Int64
    private let changed: Int64?

    /// Whether this is still the same file with the same bytes. A device's number is not asked for: it may be another
    /// after a restart.
    public func isContent(of status: FileStatus) -> Bool {
        inode == Int64(bitPattern: status.identity.inode) && size == status.size && modified == status.modified
    }

    /// Whether nothing was done to it at all since it was put back.
    public func isUntouched(_ status: FileStatus) -> Bool {
        isContent(of: status) && (changed == nil || changed == Self.stillChanging || changed == status.changed)
    }

    /// In the place of a time of change: the file still had a second name, which NFS and FUSE keep of a file that was open
    /// when its name was removed. That one goes without anybody's doing, and the time moves.
    private static let stillChanging: Int64 = -1

    /// What is written down of the time at which a file that is back in its inbox was changed; of none where it is gone.
    fileprivate static func changed(_ status: FileStatus?) -> Int64 {
        guard let status else { return 0 }
        return status.links == 1 ? status.changed : stillChanging
    }

    init(row: Row) throws {
        account = row["account"]
        drop = try DropPath(stored: row["dropPath"])
            .orThrow(LedgerError.unreadableRow(table: "incompleteDrop", id: account))
        since = Date(stored: row["since"])
        isTold = row["told"] != nil
        inode = row["inode"]
        size = row["size"]
        modified = row["modified"]
        changed = row["changed"]
        isSettled = changed != nil
        isJudged = row["isJudged"]
    }
}

/// The drops that wait for their end, remembered over restarts, so that none is converted again and again.
public struct IncompleteDrops: Sendable {
    let database: any DatabaseWriter
    let letters: LetterQueue

    /// Writes down that a drop has no end, before it goes back to its inbox. The time that its owner is told after runs
    /// on where it is the same file as before.
    /// - Parameter isInInbox: whether it lies there already, so that `status` is the inbox's own, and no converter has
    ///   seen it.
    public func note(
        _ drop: DropPath, of account: Account.ID, _ status: FileStatus, isInInbox: Bool
    ) async throws {
        let sql = """
            INSERT INTO incompleteDrop (account, dropPath, inode, size, modified, changed, since, isJudged)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
            since = iif(inode = excluded.inode AND size = excluded.size AND modified = excluded.modified,
                since, excluded.since),
            told = iif(inode = excluded.inode AND size = excluded.size AND modified = excluded.modified, told, NULL),
            isJudged = max(excluded.isJudged, isJudged AND inode = excluded.inode AND size = excluded.size
                AND modified = excluded.modified),
            inode = excluded.inode, size = excluded.size, modified = excluded.modified, changed = excluded.changed
            """
        try await database.write { database in
            try database.execute(
                sql: sql,
                arguments: [
                    account, Data(drop.bytes), Int64(bitPattern: status.identity.inode), status.size, status.modified,
                    isInInbox ? status.changed : nil, Date().stored, !isInInbox,
                ])
        }
    }

    /// The drop is back in its inbox, where this is its status; nil where it is gone.
    static func settle(
        _ database: Database, _ drop: DropPath, of account: Account.ID, _ status: FileStatus?
    ) throws {
        try database.execute(
            sql: "UPDATE incompleteDrop SET changed = ? WHERE account = ? AND dropPath = ?",
            arguments: [IncompleteDrop.changed(status), account, Data(drop.bytes)])
    }

    /// Those among `drops` that were found without their end.
    public func known(_ drops: [DropPath], of account: Account.ID) async throws -> [DropPath: IncompleteDrop] {
        try await database.read { database in
            guard
                try Row.fetchOne(database, sql: "SELECT 1 FROM incompleteDrop WHERE account = ?", arguments: [account])
                    != nil
            else { return [:] }
            var known: [DropPath: IncompleteDrop] = [:]
            for drop in drops {
                let sql = "SELECT * FROM incompleteDrop WHERE account = ? AND dropPath = ?"
                known[drop] = try Row.fetchOne(database, sql: sql, arguments: [account, Data(drop.bytes)])
                    .map(IncompleteDrop.init(row:))
            }
            return known
        }
    }

    /// All, the longest waiting first.
    public func all() async throws -> [IncompleteDrop] {
        try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM incompleteDrop ORDER BY since").map(
                IncompleteDrop.init(row:))
        }
    }

    public func all(of account: Account.ID) async throws -> [DropPath: IncompleteDrop] {
        try await database.read { database in
            let sql = "SELECT * FROM incompleteDrop WHERE account = ?"
            let drops = try Row.fetchAll(database, sql: sql, arguments: [account]).map(IncompleteDrop.init(row:))
            return Dictionary(uniqueKeysWithValues: drops.map { ($0.drop, $0) })
        }
    }

    /// Queues the letter that tells the drop's owner, once.
    /// - Parameter patience: How long it has been waited for.
    public func tell(_ drop: IncompleteDrop, after patience: Duration) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE incompleteDrop SET told = ? WHERE account = ? AND dropPath = ? AND told IS NULL",
                arguments: [Date().stored, drop.account, Data(drop.drop.bytes)])
            guard database.changesCount == 1 else { return }
            let subject = Letter.Subject.incomplete(after: patience.inSeconds)
            try letters.enqueue(database, Letter.Item(subject, drop: drop.drop, date: .now), for: drop.account)
        }
    }

    /// The drop has changed or is gone.
    public func forget(_ drop: DropPath, of account: Account.ID) async throws {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM incompleteDrop WHERE account = ? AND dropPath = ?",
                arguments: [account, Data(drop.bytes)])
        }
    }
}
