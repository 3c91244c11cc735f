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

    /// Queues a whole upload. When this returns, the bytes and the job survive a power cut.
    public func finish(_ upload: Pending, as drop: DropPath, preset: Preset, for account: Account.ID) async throws
        -> Job
    {
        let spool = spool
        let size = try await onBlockingThread { try spool.synchronizeUpload(upload.name) }
        let job = try await ledger.jobs.beginClaim(
            account: account, drop: drop, preset: preset, size: size, isUpload: true)
        do {
            try await onBlockingThread { try spool.claimUpload(upload.name, for: job.id) }
        } catch {
            // Once the bytes have the job's name, its row must stay: recovery goes by it.
            if try spool.hasUpload(upload.name) { try await ledger.jobs.abandonClaim(job.id) }
            throw error
        }
        return try await ledger.jobs.confirmClaim(job.id)
    }

    /// Forgets an upload that broke off.
    public func discard(_ upload: Pending) async throws {
        let spool = spool
        try await onBlockingThread { try spool.discardUpload(upload.name) }
    }
}
