import Domain
import LinuxSystem
import Storage

/// Gives a drop without its end back to its inbox, under its own name and with its own times, so that a resumed upload
/// goes on where it broke off. It is written down first: otherwise the next look at the inbox would claim it again.
struct DropReturn {
    private let ledger: Ledger
    private let spool: Spool

    init(ledger: Ledger, spool: Spool) {
        self.ledger = ledger
        self.spool = spool
    }

    /// Returns false where there is no place to go back to: it was an upload over HTTP, or a newer file has its name.
    func giveBack(_ job: Job, to account: Account) async throws -> Bool {
        guard !job.isUpload else { return false }
        let spool = spool
        let before = try await onBlockingThread {
            try spool.discardAudio(job.id)
            return try spool.sourceStatus(job.id)
        }
        try await ledger.incompleteDrops.note(job.drop, of: job.account, before, isInInbox: false)
        let after = try await onBlockingThread { try spool.giveBack(job, to: account.name) }
        guard let after else {
            try await ledger.incompleteDrops.forget(job.drop, of: job.account)
            return false
        }
        try await ledger.jobs.forgetReturned(job, after)
        return true
    }
}
