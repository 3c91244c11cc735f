public import ConversionContract
public import Domain
public import FoundationEssentials
import GRDB

/// The resumable uploads: what is known of each, and how much of it is durable.
public struct UploadLedger: Sendable {
    let database: any DatabaseWriter

    /// An account would have more under way than it may.
    public struct QuotaReached: Error, Hashable {
        public init() {}
    }

    /// Writes a new upload down, before its file is made.
    /// - Parameters:
    ///   - room: bytes that the account may have under way in all; nil for any number.
    ///   - memo: what tells a repetition of the request.
    public func add(_ upload: ResumableUpload, room: Int64?, memo: RequestMemo? = nil) async throws {
        try await database.write { database in
            if let room, try Self.underWay(database, of: upload.account) + upload.length > room { throw QuotaReached() }
            let (kind, parts) = upload.kind.stored
            try database.execute(
                sql: """
                    INSERT INTO upload (id, account, kind, parts, dropPath, preset, metadata, length, offset, expires)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    upload.id, upload.account, kind, parts, upload.drop.map { Data($0.bytes) },
                    upload.preset?.rawValue, upload.metadata, upload.length, upload.offset, upload.expires.stored,
                ])
            if let memo { try IdempotencyKeys.remember(database, memo, of: upload) }
        }
    }

    public func upload(_ id: String) async throws -> ResumableUpload? {
        try await database.read { try Self.fetch($0, "id = ?", [id]).first }
    }

    /// The upload that was made of these parts already.
    public func joined(of parts: [String], account: Account.ID) async throws -> ResumableUpload? {
        let (kind, parts) = ResumableUpload.Kind.joined(parts).stored
        return try await database.read {
            try Self.fetch($0, "account = ? AND kind = ? AND parts = ?", [account, kind, parts]).first
        }
    }

    /// Bytes are durable up to `offset`.
    public func advance(_ id: String, to offset: Int64, expires: Date) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE upload SET offset = ?, expires = ? WHERE id = ? AND offset <= ?",
                arguments: [offset, expires.stored, id, offset])
        }
    }

    /// The file has less than the row says: a disk lost what it had promised.
    public func fallBack(_ id: String, to offset: Int64) async throws {
        try await database.write { database in
            try database.execute(sql: "UPDATE upload SET offset = ? WHERE id = ?", arguments: [offset, id])
        }
    }

    /// Writes the claim of a whole upload down. An upload that has a job gets no second one: that is returned.
    public func beginClaim(_ upload: ResumableUpload, as drop: DropPath, preset: Preset) async throws -> Job {
        try await database.write { database in
            if let known = try Int64.fetchOne(
                database, sql: "SELECT job FROM upload WHERE id = ?", arguments: [upload.id])
            {
                return try Job.one(database, known)
            }
            let claim = JobLedger.Claim(drop: drop, preset: preset, size: upload.length)
            let job = try JobLedger.insert(database, claim, of: upload.account, isUpload: true)
            try database.execute(sql: "UPDATE upload SET job = ? WHERE id = ?", arguments: [job.id, upload.id])
            guard database.changesCount == 1 else { throw LedgerError.notInState(job: job.id, wanted: "claiming") }
            return job
        }
    }

    /// Writes the claims of whole requests down, in one transaction. Returns their jobs in the same order.
    /// - Parameters:
    ///   - room: as of ``add(_:room:memo:)``.
    ///   - memo: what tells a repetition of the request.
    func beginClaims(
        _ claims: [JobLedger.Claim], of account: Account.ID, room: Int64?, memo: RequestMemo?
    ) async throws -> [Job] {
        try await database.write { database in
            if let room, try Self.underWay(database, of: account) + claims.reduce(0, { $0 + $1.size }) > room {
                throw QuotaReached()
            }
            let jobs = try claims.map { try JobLedger.insert(database, $0, of: account, isUpload: true) }
            if let memo { try IdempotencyKeys.remember(database, memo, of: account, jobs) }
            return jobs
        }
    }

    public func remove(_ id: String) async throws {
        try await database.write { try $0.execute(sql: "DELETE FROM upload WHERE id = ?", arguments: [id]) }
    }

    public func expired(at now: Date = .now) async throws -> [ResumableUpload] {
        try await database.read { try Self.fetch($0, "expires <= ? ORDER BY expires", [now.stored]) }
    }

    /// Those whose bytes are all here, but which are no job in the queue.
    public func due() async throws -> [ResumableUpload] {
        let condition =
            "(job IS NULL OR jobState = 'claiming') AND offset = length AND kind <> 'partial' ORDER BY expires"
        return try await database.read { try Self.fetch($0, condition, []) }
    }

    /// Those whose bytes may still lie under their own name in the spool.
    public func unfinished() async throws -> Set<String> {
        let sql = """
            SELECT id FROM upload
            WHERE job IS NULL OR (SELECT state FROM job WHERE job.id = upload.job) = 'claiming'
            """
        return try await database.read { try String.fetchSet($0, sql: sql) }
    }

    /// Bytes of an account that are on their way: promised by uploads, and of jobs that have not ended.
    public func underWay(of account: Account.ID) async throws -> Int64 {
        try await database.read { try Self.underWay($0, of: account) }
    }

    /// Of what is joined the parts count already.
    private static func underWay(_ database: Database, of account: Account.ID) throws -> Int64 {
        let sql = """
            SELECT (SELECT ifnull(sum(length), 0) FROM upload WHERE account = ?1 AND job IS NULL AND kind <> 'joined')
            + (SELECT ifnull(sum(size), 0) FROM job
               WHERE account = ?1 AND state IN ('claiming', 'queued', 'converting'))
            """
        return try Int64.fetchOne(database, sql: sql, arguments: [account]) ?? 0
    }

    private static func fetch(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [ResumableUpload] {
        let sql = """
            SELECT * FROM (SELECT *, (SELECT state FROM job WHERE job.id = upload.job) AS jobState FROM upload)
            WHERE \(condition)
            """
        return try Row.fetchAll(database, sql: sql, arguments: arguments).map(ResumableUpload.init(row:))
    }
}
