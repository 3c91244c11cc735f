public import Domain
public import FoundationEssentials
import GRDB

/// What becomes of one account's drops, as of one moment.
public struct AccountActivity: Sendable {
    /// How many jobs are in each state; of those that have ended, only the ones that did so lately.
    public let counts: [JobState: Int]
    /// Newest first.
    public let converting: [Job]
    /// Those that failed lately, newest first.
    public let failed: [Job]
    /// Queued jobs whose last attempt broke off, oldest first.
    public let heldUp: [Job]
}

extension JobLedger {
    /// Asks in one transaction, and only once where the account has nothing on its way: somebody may ask this of ten
    /// thousand accounts in a row.
    /// - Parameters:
    ///   - since: From when on an end counts as lately.
    ///   - limit: The most jobs of each list.
    public func activity(of account: Account.ID, since: Date, limit: Int) async throws -> AccountActivity {
        try await database.read { database in
            let counts = try Self.counts(database, account, since)
            func jobs(_ state: JobState, since: Date? = nil) throws -> [Job] {
                guard counts[state] != nil else { return [] }
                return try Job.fetch(
                    database,
                    "account = ?1 AND state = ?2 AND (?3 IS NULL OR finished >= ?3) ORDER BY id DESC LIMIT ?4",
                    [account, state.rawValue, since?.stored, limit])
            }
            return try AccountActivity(
                counts: counts, converting: jobs(.converting), failed: jobs(.failed, since: since),
                heldUp: counts[.queued] == nil ? [] : Self.heldUp(database, account, limit))
        }
    }
}
