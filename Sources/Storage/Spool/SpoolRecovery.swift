public import Domain
public import FoundationEssentials
import LinuxSystem

/// Brings ledger and spool together again after a stop at any moment. Runs before anything is claimed or converted.
///
/// | the row says | the files say | then |
/// |---|---|---|
/// | claiming | source in the spool | queued |
/// | claiming | something else than a drop in the spool | put back, or failed |
/// | claiming | no source | the row is dropped; the scan sees the inbox |
/// | converting, output reserved | the MP3 has a second name | it was published: the transaction is made up for |
/// | converting, found incomplete | no source | it is back in its inbox: the row is dropped |
/// | converting | anything else | the MP3 is removed, queued again |
/// | cancelled, output reserved | the MP3 has a second name | that one is removed |
/// | ended | source in the spool | archived |
/// | anything but converting | an MP3 in the spool | removed |
public struct SpoolRecovery: Sendable {
    /// What was found, for the journal.
    public struct Findings: Sendable, Hashable {
        public var queuedAgain: [Job.ID] = []
        public var foundPublished: [Job.ID] = []
        public var droppedClaims: [Job.ID] = []
        /// Jobs whose drop was given back to its inbox.
        public var foundReturned: [Job.ID] = []
        public var archived: [Job.ID] = []
        /// Ended jobs whose original could not be moved out of the spool, and why. It is tried again.
        public var unarchived: [Job.ID: String] = [:]
        /// Jobs that could not be brought to an end or back into the queue, and why. The next start tries again.
        public var unrecovered: [Job.ID: String] = [:]
        /// Files that no row knows. They are left where they are.
        public var strangers: [String] = []

        /// Whether there was nothing to be done.
        public var isEmpty: Bool { self == Findings() }
    }

    /// A job has ended, but its original cannot be moved out of the spool.
    public struct ArchiveFailure: Error, CustomStringConvertible {
        public let job: Job
        public let description: String
    }

    /// What is to be done with a job whose attempt broke off.
    public struct Retry: Sendable {
        let notBefore: Date
        let setback: String?
        let cause: JobLedger.Break

        /// - Parameter setback: why it broke off, in words.
        public init(notBefore: Date, setback: String? = nil, after cause: JobLedger.Break = .failed) {
            self.notBefore = notBefore
            self.setback = setback
            self.cause = cause
        }

        /// After the service came to an end during the job's attempt: at once the first times, then the rarer the more
        /// often, lest a drop that ends the service leave no time for others.
        static func interrupted(_ job: Job) -> Retry {
            let pause = job.interruptions < 3 ? 0 : min(1 << min(job.interruptions - 2, 8), 60)
            return Retry(notBefore: .now + Double(pause), after: .interrupted)
        }
    }

    let ledger: Ledger
    let spool: Spool

    public init(ledger: Ledger, spool: Spool) {
        self.ledger = ledger
        self.spool = spool
    }

    public func run() async throws -> Findings {
        var findings = Findings()
        for job in try await ledger.jobs.unfinished() {
            do {
                switch job.state {
                case .claiming: try await recoverClaim(job, &findings)
                default: try await recoverConversion(job, .interrupted(job), &findings)
                }
            } catch let error as SystemError where !error.isStorageTrouble {
                // What one account's owner did to their directories is not to keep the service from the others'.
                findings.unrecovered[job.id] = error.description
            }
        }
        // One question for all: there may be a hundred thousand files that only wait for their turn.
        let underWay = try await ledger.jobs.underWay()
        for name in try spool.directory().entries() { try await recoverFile(name, underWay, &findings) }
        return findings
    }

    /// Puts what was being converted back into the queue, after a stop in good order: nothing converts any more.
    public func endStopped() async throws {
        var findings = Findings()
        for job in try await ledger.jobs.unfinished() where job.state == .converting {
            try await recoverConversion(job, Retry(notBefore: .distantPast, after: .held), &findings)
        }
    }

    /// Ends claims from inboxes that broke off because the ledger or the spool failed. Only while nobody is claiming.
    public func recoverClaims() async throws -> Findings {
        var findings = Findings()
        for job in try await ledger.jobs.unfinished() where job.state == .claiming && !job.isUpload {
            try await recoverClaim(job, &findings)
        }
        return findings
    }

    private func recoverClaim(_ job: Job, _ findings: inout Findings) async throws {
        guard let status = try spool.sourceStatusIfThere(job.id) else {
            try await ledger.jobs.abandonClaim(job.id)
            return findings.droppedClaims.append(job.id)
        }
        if !job.isUpload, let account = try await ledger.accounts.account(job.account),
            let inbox = try? spool.tree.open(.inbox, of: account.name),
            try PlainDrop.objection(to: status, inbox: inbox.status()) != nil || isBeingWritten(job)
        {
            return try await undoClaim(job, of: account, &findings)
        }
        try spool.settleClaim()
        _ = try await ledger.jobs.confirmClaim(job.id)
        findings.queuedAgain.append(job.id)
    }

    /// Whether a writer was held up while the drop was claimed, and goes on now that the lease has ended.
    private func isBeingWritten(_ job: Job) throws(SystemError) -> Bool {
        if case .beingWritten = FileLease.request(on: try spool.openSource(job.id)) { true } else { false }
    }

    /// What was renamed is not what may be claimed: the stop came before the look that would have told.
    private func undoClaim(_ job: Job, of account: Account, _ findings: inout Findings) async throws {
        if try spool.giveBack(job, to: account.name) != nil {
            try await ledger.jobs.abandonClaim(job.id)
            findings.droppedClaims.append(job.id)
        } else {
            // Archived with the other files.
            _ = try await ledger.jobs.fail(job.id, PlainDrop.displaced)
        }
    }

    private func recoverConversion(_ job: Job, _ retry: Retry, _ findings: inout Findings) async throws {
        switch try await finishOrRequeue(job, retry)?.state {
        case .published: findings.foundPublished.append(job.id)
        case nil: findings.foundReturned.append(job.id)
        default: findings.queuedAgain.append(job.id)
        }
    }

    /// Ends an attempt that broke off: a job whose MP3 has its name in the outbox already is published, any other is
    /// queued again. Returns the job as it is now, nil where it is gone.
    /// - Throws: `ArchiveFailure` where all but the archiving was done.
    public func breakOff(_ id: Job.ID, _ retry: Retry) async throws -> Job? {
        guard let job = try await ledger.jobs.job(id) else {
            try spool.discardAudio(id)
            return nil
        }
        let now = job.state == .converting ? try await finishOrRequeue(job, retry) : job
        if let now, now.state.isFinal, let account = try await ledger.accounts.account(now.account) {
            try withdraw(now, of: account.name)
            try spool.discardAudio(id)
            try archive(now, of: account.name)
        }
        return now
    }

    private func finishOrRequeue(_ job: Job, _ retry: Retry) async throws -> Job? {
        let account = try await ledger.accounts.account(job.account)
        if let output = job.output, let account, try spool.isLinked(job.id, as: output, of: account.name) {
            return try await ledger.jobs.publish(job.id)
        }
        try discardAudioIfWritable(job.id)
        if let account, try spool.sourceStatusIfThere(job.id) == nil,
            let found = try await ledger.incompleteDrops.known([job.drop], of: job.account)[job.drop]
        {
            let status = try? spool.tree.open(.inbox, of: account.name).status(job.drop.bytes)
            let isThere = status.map(found.isContent) ?? false
            try await ledger.jobs.forgetReturned(job, isThere ? status : nil)
            return nil
        }
        return try await ledger.jobs.requeue(
            job.id, notBefore: retry.notBefore, setback: retry.setback, after: retry.cause)
    }

    /// The next attempt does it too before it begins. A storage that cannot be written to is not to keep the row from saying
    /// why the job waits.
    private func discardAudioIfWritable(_ job: Job.ID) throws(SystemError) {
        do throws(SystemError) { try spool.discardAudio(job) } catch  where error.isStorageTrouble {}
    }

    private func recoverFile(_ name: [UInt8], _ underWay: Set<Job.ID>, _ findings: inout Findings) async throws {
        let text = String(decoding: name, as: UTF8.self)
        let parts = text.split(separator: ".", maxSplits: 1)
        switch (parts.first.flatMap { Job.ID($0) }, parts.last) {
        case (let id?, "source"):
            guard !underWay.contains(id) else { return }
            guard let job = try await ledger.jobs.job(id), let account = try await ledger.accounts.account(job.account)
            else { return findings.strangers.append(text) }
            do {
                try archive(job, of: account.name)
                findings.archived.append(id)
            } catch {
                findings.unarchived[id] = "\(error)"
            }
        case (let id?, "mp3"):
            guard !findings.unrecovered.keys.contains(id) else { return }
            if let job = try await ledger.jobs.job(id), let account = try await ledger.accounts.account(job.account) {
                try withdraw(job, of: account.name)
            }
            try spool.discardAudio(id)
        case (_?, "withdrawn"): try spool.directory().remove(name)
        case (nil, _) where text.hasPrefix("upload-"): try spool.discardUpload(name)
        // Those go on; who looks after them removes what no row knows.
        case (nil, _) where text.hasPrefix(ResumableFiles.prefix): break
        default: findings.strangers.append(text)
        }
    }

    /// A job may be cancelled in the moment between the MP3's link and the transaction.
    private func withdraw(_ job: Job, of account: AccountName) throws {
        guard job.state == .cancelled, let output = job.output,
            try spool.isLinked(job.id, as: output, of: account)
        else { return }
        try spool.withdraw(job.id, output, try spool.audioStatus(job.id).identity, of: account)
    }
}
