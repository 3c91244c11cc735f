import ConversionContract
import Domain
import FoundationEssentials
import Glibc
import LinuxSystem
import Storage

/// Takes settled drops out of their inboxes, many with two transactions.
///
/// SECURITY: inbox owners are not trusted. What is claimed is opened first, without following links, and looked at again
/// after the rename, when it lies in the spool where its owner cannot exchange it; anything else goes back.
struct Intake {
    enum Outcome {
        case claimed(Job)
        /// Not there any more.
        case gone
        case waits(WaitReason, retryAfter: Duration?)
        /// A system call failed.
        case failed(SystemError)
        /// It was exchanged while it was taken and could not go back. The job has failed, its letter is queued.
        case displaced(Job)
    }

    /// The most that are claimed at once: each is held open, with a lease, from the first look to the last.
    static let batch = 64

    private let ledger: Ledger
    private let spool: Spool
    private let quiet: Duration

    /// - Parameter quiet: how long a drop with bytes that were never written must stay unchanged until it is taken all the
    ///   same: a whole file may be sparse, and the converter can tell.
    init(ledger: Ledger, spool: Spool, quiet: Duration = .seconds(10 * 60)) {
        self.ledger = ledger
        self.spool = spool
        self.quiet = quiet
    }

    /// - Parameters:
    ///   - drops: at most `batch` of them.
    ///   - closedAnew: those that are taken although they are known to lack their end.
    func take(
        _ drops: [DropPath], closedAnew: Set<DropPath> = [], of account: Account,
        from inbox: borrowing BeneathDirectory
    ) async throws -> [DropPath: Outcome] {
        var outcomes: [DropPath: Outcome] = [:]
        var candidates: [Candidate] = []
        let known = try await ledger.incompleteDrops.known(drops, of: account.id)
        for drop in drops {
            switch inspect(drop, in: inbox, closedAnew.contains(drop) ? .closedAnew : .known(known[drop])) {
            case .plain(let candidate): candidates.append(candidate)
            case .partMissing(let status):
                try await ledger.incompleteDrops.note(drop, of: account.id, status, isInInbox: true)
                outcomes[drop] = .waits(.incomplete, retryAfter: quiet)
            case .refused(let outcome): outcomes[drop] = outcome
            }
        }
        guard !candidates.isEmpty else { return outcomes }
        try await claim(candidates, of: account, from: inbox, &outcomes)
        return outcomes
    }

    // MARK: Before the claim

    /// A drop that was found to be plain, held so that a writer shows.
    private struct Candidate {
        let drop: DropPath
        let status: FileStatus
        /// Nil where the file system knows no leases.
        let hold: Hold?

        var isUntouched: Bool { hold?.lease.isIntact ?? true }
    }

    /// Lets many leases be in one array.
    private final class Hold {
        let lease: FileLease

        init(_ lease: consuming FileLease) { self.lease = lease }
    }

    private enum Inspection {
        case plain(Candidate)
        case partMissing(FileStatus)
        case refused(Outcome)
    }

    /// What is known of a drop's end.
    private enum Past {
        /// It was found missing, and somebody has had the file open since.
        case closedAnew
        case known(IncompleteDrop?)
    }

    /// Whether a drop may be taken although bytes of it may be missing; an outcome where it waits for them.
    private func judge(_ status: FileStatus, _ past: Past) -> (mayLackParts: Bool, outcome: Outcome?) {
        guard case .known(let found) = past else { return (true, nil) }
        guard let found, found.isUntouched(status) else { return (false, nil) }
        guard !found.isJudged else { return (false, .waits(.incomplete, retryAfter: nil)) }
        let left = quiet - .seconds(Date.now.timeIntervalSince1970 - Double(status.changed) / 1e9)
        guard left > .zero else { return (true, nil) }
        return (false, .waits(.incomplete, retryAfter: min(left, quiet)))
    }

    private func inspect(_ drop: DropPath, in inbox: borrowing BeneathDirectory, _ past: Past) -> Inspection {
        do throws(SystemError) {
            let file = try inbox.open(drop.bytes, flags: O_RDONLY)
            let status = try file.status()
            if let reason = PlainDrop.objection(to: status, inbox: try inbox.status()) {
                // The other name of a hard link may go away without a change that is seen here.
                return .refused(.waits(reason, retryAfter: reason == .hardLinked ? .seconds(5) : nil))
            }
            let (mayLackParts, outcome) = judge(status, past)
            if let outcome { return .refused(outcome) }
            let isPartMissing = mayLackParts ? false : file.hasHole(size: status.size)
            switch FileLease.request(on: file) {
            case .beingWritten: return .refused(.waits(.beingWritten, retryAfter: .seconds(2)))
            case _ where isPartMissing: return .partMissing(status)
            case .granted(let lease): return .plain(Candidate(drop: drop, status: status, hold: Hold(lease)))
            case .unavailable: return .plain(Candidate(drop: drop, status: status, hold: nil))
            }
        } catch {
            return .refused(Self.outcome(of: error))
        }
    }

    // MARK: Claiming

    /// What became of the renames.
    private struct Moves {
        var inSpool: [(job: Job, drop: DropPath)] = []
        var inInbox: [Job.ID] = []
        /// In the spool, no drop, and its place is taken.
        var displaced: [(job: Job, drop: DropPath)] = []
        /// In the spool, neither durable there nor back.
        var stuck: SystemError?
    }

    /// Ledger rows, renames, a look at each, and only then queued: a crash in between is undone or finished by recovery.
    /// - Throws: an error where a drop is in the spool and can neither be made durable there nor go back. Its row stays
    ///   *claiming*, and `SpoolRecovery.recoverClaims` finds both.
    private func claim(
        _ candidates: [Candidate], of account: Account, from inbox: borrowing BeneathDirectory,
        _ outcomes: inout [DropPath: Outcome]
    ) async throws {
        let claims = candidates.map {
            JobLedger.Claim(drop: $0.drop, preset: $0.drop.preset ?? account.preset, size: $0.status.size)
        }
        let jobs = try await ledger.jobs.beginClaims(claims, of: account.id)
        let moves = move(Array(zip(candidates, jobs)), from: inbox, &outcomes)
        let queued = try await ledger.jobs.settleClaims(inSpool: moves.inSpool.map(\.job.id), inInbox: moves.inInbox)
        let isQueued = Set(queued.map(\.id))
        for job in queued { outcomes[job.drop] = .claimed(job) }
        for (job, drop) in moves.inSpool where !isQueued.contains(job.id) {
            // The account was closed in this moment.
            _ = try putBack(drop, in: inbox, from: job.id)
            outcomes[drop] = .waits(.settling, retryAfter: .seconds(1))
        }
        for (job, drop) in moves.displaced {
            outcomes[drop] = .displaced(try await ledger.jobs.fail(job.id, PlainDrop.displaced))
        }
        if let stuck = moves.stuck { throw stuck }
    }

    private func move(
        _ claims: [(candidate: Candidate, job: Job)], from inbox: borrowing BeneathDirectory,
        _ outcomes: inout [DropPath: Outcome]
    ) -> Moves {
        var moves = Moves()
        for (candidate, job) in claims {
            do throws(SystemError) {
                switch try move(candidate, from: inbox, for: job.id) {
                case .inSpool: moves.inSpool.append((job, candidate.drop))
                case .inInbox(let outcome):
                    moves.inInbox.append(job.id)
                    outcomes[candidate.drop] = outcome
                case .displaced: moves.displaced.append((job, candidate.drop))
                }
            } catch {
                moves.stuck = error
            }
        }
        settle(&moves, in: inbox, &outcomes)
        return moves
    }

    private enum Move {
        case inSpool
        case inInbox(Outcome)
        case displaced
    }

    private func move(
        _ candidate: Candidate, from inbox: borrowing BeneathDirectory, for job: Job.ID
    ) throws(SystemError) -> Move {
        do throws(SystemError) {
            try spool.claim(candidate.drop, from: inbox, for: job)
        } catch {
            return .inInbox(Self.outcome(of: error))
        }
        do throws(SystemError) {
            let (claimed, inspected) = (try spool.sourceStatus(job), candidate.status)
            let isSame =
                claimed.identity == inspected.identity && claimed.size == inspected.size
                && claimed.modified == inspected.modified
            if isSame, PlainDrop.objection(to: claimed, inbox: try inbox.status()) == nil, candidate.isUntouched {
                return .inSpool
            }
            let isBack = try putBack(candidate.drop, in: inbox, from: job)
            return isBack ? .inInbox(.waits(.settling, retryAfter: .seconds(1))) : .displaced
        } catch {
            guard try putBack(candidate.drop, in: inbox, from: job) else { return .displaced }
            return .inInbox(Self.outcome(of: error))
        }
    }

    /// Makes all moves durable at once, or undoes them.
    private func settle(
        _ moves: inout Moves, in inbox: borrowing BeneathDirectory, _ outcomes: inout [DropPath: Outcome]
    ) {
        guard !moves.inSpool.isEmpty || !moves.displaced.isEmpty else { return }
        do throws(SystemError) {
            try spool.settleClaim()
        } catch {
            for (job, drop) in moves.inSpool {
                guard (try? putBack(drop, in: inbox, from: job.id)) == true else {
                    moves.stuck = error
                    continue
                }
                moves.inInbox.append(job.id)
                outcomes[drop] = Self.outcome(of: error)
            }
            moves.inSpool = []
        }
    }

    /// Returns false where a newer drop has the name already, or the folder is gone.
    private func putBack(
        _ drop: DropPath, in inbox: borrowing BeneathDirectory, from job: Job.ID
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try spool.putBack(job, to: drop, in: inbox)
            return true
        } catch  where error.isTaken || error.isMissing || error.isLink {
            return false
        }
    }

    private static func outcome(of error: SystemError) -> Outcome {
        if error.isMissing { return .gone }
        if error.isLink { return .waits(.symbolicLink, retryAfter: nil) }
        // `open(2)` of a socket.
        if error.code == ENXIO { return .waits(.notRegularFile, retryAfter: nil) }
        if error.isDenied { return .waits(.unreadable, retryAfter: .seconds(30)) }
        return .failed(error)
    }
}
