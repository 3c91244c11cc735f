public import Domain
public import FoundationEssentials
import LinuxSystem

/// Brings ledger and spool together again after a stop at any moment. Runs before anything is claimed or converted.
///
/// | the row says | the files say | then |
/// |---|---|---|
/// | claiming | source in the spool | queued |
/// | claiming | no source | the row is dropped; the scan sees the inbox |
/// | converting, output reserved | the MP3 has a second name | it was published: the transaction is made up for |
/// | converting | anything else | the MP3 is removed, queued again |
/// | ended | source in the spool | archived |
/// | anything but converting | an MP3 in the spool | removed |
public struct SpoolRecovery: Sendable {
    /// What was found, for the journal.
    public struct Findings: Sendable, Hashable {
        public var queuedAgain: [Job.ID] = []
        public var foundPublished: [Job.ID] = []
        public var droppedClaims: [Job.ID] = []
        public var archived: [Job.ID] = []
        /// Ended jobs whose original could not be moved out of the spool, and why. The next start tries again.
        public var unarchived: [Job.ID: String] = [:]
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

    private let ledger: Ledger
    private let spool: Spool

    public init(ledger: Ledger, spool: Spool) {
        self.ledger = ledger
        self.spool = spool
    }

    public func run() async throws -> Findings {
        var findings = Findings()
        for job in try await ledger.jobs.unfinished() {
            switch job.state {
            case .claiming: try await recoverClaim(job, &findings)
            default: try await recoverConversion(job, &findings)
            }
        }
        for name in try spool.directory().entries() { try await recoverFile(name, &findings) }
        return findings
    }

    private func recoverClaim(_ job: Job, _ findings: inout Findings) async throws {
        if try spool.hasSource(job.id) {
            try spool.settleClaim()
            _ = try await ledger.jobs.confirmClaim(job.id)
            findings.queuedAgain.append(job.id)
        } else {
            try await ledger.jobs.abandonClaim(job.id)
            findings.droppedClaims.append(job.id)
        }
    }

    private func recoverConversion(_ job: Job, _ findings: inout Findings) async throws {
        switch try await finishOrRequeue(job, notBefore: .distantPast).state {
        case .published: findings.foundPublished.append(job.id)
        default: findings.queuedAgain.append(job.id)
        }
    }

    /// Ends an attempt that broke off: a job whose MP3 has its name in the outbox already is published, any other is
    /// queued again. Returns the job as it is now, nil where it is gone.
    /// - Throws: `ArchiveFailure` where all but the archiving was done.
    public func breakOff(_ id: Job.ID, notBefore: Date) async throws -> Job? {
        guard let job = try await ledger.jobs.job(id) else {
            try spool.discardAudio(id)
            return nil
        }
        guard job.state != .converting else { return try await finishOrRequeue(job, notBefore: notBefore) }
        if job.state.isFinal {
            try spool.discardAudio(id)
            if let account = try await ledger.accounts.account(job.account) { try archive(job, of: account.name) }
        }
        return job
    }

    private func finishOrRequeue(_ job: Job, notBefore: Date) async throws -> Job {
        if let output = job.output, let account = try await ledger.accounts.account(job.account),
            try spool.isLinked(job.id, as: output, of: account.name)
        {
            return try await ledger.jobs.publish(job.id)
        }
        try spool.discardAudio(job.id)
        return try await ledger.jobs.requeue(job.id, notBefore: notBefore)
    }

    private func recoverFile(_ name: [UInt8], _ findings: inout Findings) async throws {
        let text = String(decoding: name, as: UTF8.self)
        let parts = text.split(separator: ".", maxSplits: 1)
        switch (parts.first.flatMap { Job.ID($0) }, parts.last) {
        case (let id?, "source"):
            guard let job = try await ledger.jobs.job(id), let account = try await ledger.accounts.account(job.account)
            else { return findings.strangers.append(text) }
            guard job.state.isFinal else { return }
            do {
                try archive(job, of: account.name)
                findings.archived.append(id)
            } catch {
                findings.unarchived[id] = "\(error)"
            }
        case (let id?, "mp3"): try spool.discardAudio(id)
        case (nil, _) where text.hasPrefix("upload-"): try spool.discardUpload(name)
        default: findings.strangers.append(text)
        }
    }

    /// Moves an ended job's original out of the spool.
    private func archive(_ job: Job, of account: AccountName) throws(ArchiveFailure) {
        do {
            if job.state == .published {
                try spool.archiveDone(job, of: account)
            } else {
                try spool.archiveFailed(job, of: account)
            }
        } catch {
            throw ArchiveFailure(job: job, description: "\(error)")
        }
    }
}
