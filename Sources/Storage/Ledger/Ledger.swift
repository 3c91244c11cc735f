public import Domain
import FoundationEssentials
import GRDB
import LinuxSystem

/// The crash-safe truth of accounts, jobs and letters: one SQLite database. Several processes (the service and the
/// administrator's commands) may have it open.
public struct Ledger: Sendable {
    public let accounts: AccountStore
    public let tokens: TokenStore
    public let sessions: SessionStore
    public let invitations: InvitationStore
    public let registrations: RegistrationStore
    public let passwordResets: PasswordResets
    public let jobs: JobLedger
    public let letters: LetterQueue
    public let incompleteDrops: IncompleteDrops
    public let polledInboxes: PolledInboxes
    public let uploads: UploadLedger
    public let idempotencyKeys: IdempotencyKeys
    let database: any DatabaseWriter

    /// Opens `state/ledger.sqlite`, makes it where it is missing, and brings an older schema forward.
    ///
    /// In WAL mode with `synchronous=FULL`, so that a transaction that returned survives a power cut.
    /// - Parameter letters: How the ends of jobs become letters.
    /// - Throws: ``LedgerError/newerSchema`` for a ledger that a later version wrote.
    public init(state: String, letters policy: LetterPolicy = LetterPolicy()) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        let pool = try DatabasePool(path: state + "/ledger.sqlite", configuration: configuration)
        // Not in `prepareDatabase`: the pool sets NORMAL after that, when it turns WAL mode on.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        let migrator = Schema.migrator
        guard try pool.read({ try !migrator.hasBeenSuperseded($0) }) else { throw LedgerError.newerSchema }
        if try !pool.read(migrator.hasCompletedMigrations) {
            // GRDB reads what is applied before it begins to write: two that begin together would both migrate.
            let turn = try ExclusiveLock(waitingForDirectory: state)
            try migrator.migrate(pool)
            withExtendedLifetime(turn) {}
        }
        database = pool
        accounts = AccountStore(database: pool)
        tokens = TokenStore(database: pool)
        sessions = SessionStore(database: pool)
        letters = LetterQueue(database: pool, policy: policy)
        invitations = InvitationStore(database: pool)
        registrations = RegistrationStore(database: pool, letters: letters)
        passwordResets = PasswordResets(database: pool, letters: letters)
        jobs = JobLedger(database: pool, letters: letters)
        incompleteDrops = IncompleteDrops(database: pool, letters: letters)
        polledInboxes = PolledInboxes(database: pool)
        uploads = UploadLedger(database: pool)
        idempotencyKeys = IdempotencyKeys(database: pool)
    }
}

extension Ledger {
    /// Writes to the ledger, durably; throws where that cannot be done. `user_version` means nothing else here.
    public func checkWritable() async throws {
        try await database.write { database in
            try database.execute(sql: "PRAGMA user_version = \(Int32.random(in: 1 ... .max))")
        }
    }

    /// Whether SQLite could not write: the disk is full or read-only, an input or output error, or somebody else is
    /// writing for very long.
    public static func isStorageTrouble(_ error: any Error) -> Bool {
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_BUSY, .SQLITE_CANTOPEN, .SQLITE_NOMEM]
            .contains(code)
    }
}

public enum LedgerError: Error, Hashable, CustomStringConvertible {
    case newerSchema
    case nameTaken(String)
    case emailTaken(String)
    case noSuchAccount(String)
    case noSuchInvitation
    /// The job is not in a state that leads to the wanted one: somebody else moved it, or it is gone.
    case notInState(job: Int64, wanted: String)
    case unreadableRow(table: String, id: Int64)

    public var description: String {
        switch self {
        case .newerSchema:
            "the ledger was written by a newer soundspool; install that version or restore an older ledger"
        case .nameTaken(let name): "there is an account named '\(name)' already"
        case .emailTaken(let email): "there is an account with the address '\(email)' already"
        case .noSuchAccount(let name): "there is no account named '\(name)'; see `soundspool account list`"
        case .noSuchInvitation: "the invitation was used or has expired, or is for another address"
        case .notInState(let job, let wanted):
            "job \(job) cannot become \(wanted) now; see `soundspool job show \(job)`"
        case .unreadableRow(let table, let id): "row \(id) of the ledger's table \(table) does not hold what it should"
        }
    }
}

extension Date {
    /// Seconds since 1970, as the ledger stores times.
    var stored: Double { timeIntervalSince1970 }

    init(stored: Double) { self.init(timeIntervalSince1970: stored) }
}
