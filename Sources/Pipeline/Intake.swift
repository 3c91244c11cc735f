import ConversionContract
import Domain
import Glibc
import LinuxSystem
import Storage

/// Takes settled drops out of their inboxes.
///
/// SECURITY: inbox owners are not trusted. What is claimed is opened first, without following links, and compared after
/// the rename with what lies in the spool; anything else goes back.
struct Intake {
    enum Outcome {
        case claimed(Job)
        /// Not there any more.
        case gone
        case waits(WaitReason, retryAfter: Duration?)
    }

    private let ledger: Ledger
    private let spool: Spool

    init(ledger: Ledger, spool: Spool) {
        self.ledger = ledger
        self.spool = spool
    }

    func take(
        _ drop: DropPath, of account: Account, from inbox: borrowing BeneathDirectory
    ) async throws -> Outcome {
        switch inspect(drop, in: inbox) {
        case .refused(let outcome): return outcome
        case .plain(let file, let inspected):
            switch FileLease.request(on: file) {
            case .beingWritten: return .waits(.beingWritten, retryAfter: .seconds(2))
            case .granted(let lease):
                return try await claim(drop, inspected, of: account, from: inbox) { lease.isIntact }
            case .unavailable:
                return try await claim(drop, inspected, of: account, from: inbox) { true }
            }
        }
    }

    private enum Inspection: ~Copyable {
        case plain(Descriptor, FileStatus)
        case refused(Outcome)
    }

    private func inspect(_ drop: DropPath, in inbox: borrowing BeneathDirectory) -> Inspection {
        do throws(SystemError) {
            let file = try inbox.open(drop.bytes, flags: O_RDONLY)
            let status = try file.status()
            if let reason = Self.objection(to: status, inbox: try inbox.status()) {
                // The other name of a hard link may go away without a change that is seen here.
                return .refused(.waits(reason, retryAfter: reason == .hardLinked ? .seconds(5) : nil))
            }
            return .plain(file, status)
        } catch {
            return .refused(Self.outcome(of: error))
        }
    }

    /// Ledger row, rename, look again, and only then queued: a crash in between is undone or finished by recovery.
    private func claim(
        _ drop: DropPath, _ inspected: FileStatus, of account: Account, from inbox: borrowing BeneathDirectory,
        isUntouched: () -> Bool
    ) async throws -> Outcome {
        let preset = drop.preset ?? account.preset
        let job = try await ledger.jobs.beginClaim(
            account: account.id, drop: drop, preset: preset, size: inspected.size)
        if let refusal = try move(drop, inspected, from: inbox, for: job.id, isUntouched: isUntouched) {
            try await ledger.jobs.abandonClaim(job.id)
            return refusal
        }
        do {
            return .claimed(try await ledger.jobs.confirmClaim(job.id))
        } catch LedgerError.notInState {
            // The account was closed in this moment.
            _ = try putBack(drop, in: inbox, from: job.id)
            return .waits(.settling, retryAfter: .seconds(1))
        }
    }

    /// Moves a drop into the spool for good, or leaves or puts it back where it was and says why.
    /// - Throws: an error where the drop is in the spool and can neither be made durable there nor go back. The row
    ///   stays *claiming*, and recovery at the next start finds both.
    private func move(
        _ drop: DropPath, _ inspected: FileStatus, from inbox: borrowing BeneathDirectory, for job: Job.ID,
        isUntouched: () -> Bool
    ) throws(SystemError) -> Outcome? {
        do throws(SystemError) {
            try spool.claim(drop, from: inbox, for: job)
        } catch {
            return Self.outcome(of: error)
        }
        do throws(SystemError) {
            let claimed = try spool.sourceStatus(job)
            let isSame =
                claimed.identity == inspected.identity && claimed.size == inspected.size
                && claimed.modified == inspected.modified && claimed.links == 1
            if !isSame || !isUntouched(), try putBack(drop, in: inbox, from: job) {
                return .waits(.settling, retryAfter: .seconds(1))
            }
            try spool.settleClaim()
            return nil
        } catch {
            guard try putBack(drop, in: inbox, from: job) else { throw error }
            return Self.outcome(of: error)
        }
    }

    /// Returns false where a newer drop has the name already. Then this one is kept as a job: its converter judges what
    /// it is.
    private func putBack(
        _ drop: DropPath, in inbox: borrowing BeneathDirectory, from job: Job.ID
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try spool.putBack(job, to: drop, in: inbox)
            return true
        } catch  where error.isTaken {
            return false
        }
    }

    /// What keeps a drop in its inbox whatever its token; nil where nothing does.
    static func objection(to drop: FileStatus, inbox: FileStatus) -> WaitReason? {
        switch drop.kind {
        case .regular: break
        case .symbolicLink: return .symbolicLink
        case .directory, .fifo, .socket, .device: return .notRegularFile
        }
        if drop.size == 0 { return .empty }
        if drop.links != 1 { return .hardLinked }
        // The administrator may drop for somebody else.
        return [inbox.owner, Identity.user, 0].contains(drop.owner) ? nil : .foreignOwner
    }

    private static func outcome(of error: SystemError) -> Outcome {
        if error.isMissing { return .gone }
        if error.isLink { return .waits(.symbolicLink, retryAfter: nil) }
        if error.isDenied { return .waits(.unreadable, retryAfter: .seconds(30)) }
        return .waits(.trouble(error.description), retryAfter: .seconds(30))
    }
}
