public import ConversionContract
public import Domain
import LinuxSystem

/// Uploads over HTTP: their bytes go straight into the spool, and a whole one is a claimed drop that needs no settling.
public struct UploadStore: Sendable {
    /// An upload whose bytes are still coming. Its writer opens `path`.
    public struct Pending: Sendable, Hashable {
        let name: [UInt8]
        public let path: String
    }

    private let ledger: Ledger
    private let spool: Spool
    private let broken = BrokenClaims()

    public init(ledger: Ledger, spool: Spool) {
        self.ledger = ledger
        self.spool = spool
    }

    public func begin() async throws -> Pending {
        let spool = spool
        return try await onBlockingThread {
            let (name, path) = try spool.makeUpload()
            return Pending(name: name, path: path)
        }
    }

    /// An upload whose bytes are all there.
    public struct Whole: Sendable {
        let upload: Pending
        let drop: DropPath
        let preset: Preset

        public init(_ upload: Pending, as drop: DropPath, preset: Preset) {
            self.upload = upload
            self.drop = drop
            self.preset = preset
        }
    }

    /// Queues one request's whole uploads. When this returns, the bytes and the jobs survive a power cut; when it throws,
    /// there are no jobs, unless the ledger kept them from being taken back: see ``mendClaims()``.
    /// - Parameters:
    ///   - room: bytes that the account may have on their way in all; nil for any number.
    ///   - memo: what tells a repetition of the request.
    /// - Throws: ``UploadLedger/QuotaReached``.
    public func finish(
        _ uploads: [Whole], for account: Account.ID, room: Int64? = nil, memo: RequestMemo? = nil
    ) async throws -> [Job] {
        let spool = spool
        let sizes = try await onBlockingThread { try uploads.map { try spool.synchronizeUpload($0.upload.name) } }
        let jobs = try await ledger.uploads.beginClaims(
            zip(uploads, sizes).map { JobLedger.Claim(drop: $0.drop, preset: $0.preset, size: $1) }, of: account,
            room: room, memo: memo)
        let pairs = zip(uploads, jobs).map { (name: $0.upload.name, job: $1.id) }
        do {
            try await onBlockingThread { try spool.claimUploads(pairs) }
        } catch {
            for job in jobs { _ = await abandon(job.id) }
            throw error
        }
        do {
            return try await ledger.jobs.settleClaims(inSpool: jobs.map(\.id), inInbox: [])
        } catch {
            // In this order: a row without its bytes must not be queued, whatever became of the transaction.
            for job in jobs {
                guard await abandon(job.id) else { continue }
                try? await onBlockingThread { try spool.discardSource(job.id) }
            }
            throw error
        }
    }

    /// Returns whether there is no claim any more.
    private func abandon(_ job: Job.ID) async -> Bool {
        do {
            try await ledger.jobs.abandonClaim(job)
            return true
        } catch {
            // The sender hears of the first error.
            broken.insert(job)
            return false
        }
    }

    /// Ends claims that could be neither finished nor taken back, once the ledger works again: what has its bytes in the
    /// spool is queued, the others are no jobs. Returns the queued ones.
    public func mendClaims() async throws -> [Job] {
        var queued: [Job] = []
        for job in broken.all {
            if let job = try await mendClaim(of: job) { queued.append(job) }
            broken.remove(job)
        }
        return queued
    }

    private func mendClaim(of job: Job.ID) async throws -> Job? {
        guard try await ledger.jobs.job(job)?.state == .claiming else { return nil }
        let spool = spool
        let isInSpool = try await onBlockingThread {
            try spool.settleClaim()
            return try spool.sourceStatusIfThere(job) != nil
        }
        if isInSpool { return try await ledger.jobs.settleClaims(inSpool: [job], inInbox: []).first }
        try await ledger.jobs.abandonClaim(job)
        return nil
    }

    /// Queues a whole upload.
    public func finish(_ upload: Pending, as drop: DropPath, preset: Preset, for account: Account.ID) async throws
        -> Job
    {
        try await finish([Whole(upload, as: drop, preset: preset)], for: account).first
            .orThrow(LedgerError.noSuchAccount("\(account)"))
    }

    /// Forgets an upload that broke off.
    public func discard(_ upload: Pending) async throws {
        let spool = spool
        try await onBlockingThread { try spool.discardUpload(upload.name) }
    }
}
