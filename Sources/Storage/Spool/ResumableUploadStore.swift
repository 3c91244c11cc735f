public import ConversionContract
public import Domain
import LinuxSystem

/// Resumable uploads, row and file together.
///
/// | the row says | the file says | then |
/// |---|---|---|
/// | no row | there is one | it is removed |
/// | no job, offset below the length | longer than the offset | what is behind the offset was never acknowledged: it goes |
/// | no job, offset below the length | shorter | the offset is the file's size |
/// | no job, offset is the length | whole | it becomes a job now |
/// | a job | none: it is the job's source | the row is kept until it expires, for those who ask again |
public struct ResumableUploadStore: Sendable {
    public let ledger: Ledger
    public let files: ResumableFiles
    private let spool: Spool

    public init(ledger: Ledger, spool: Spool) {
        self.ledger = ledger
        self.spool = spool
        files = ResumableFiles(spool: spool)
    }

    /// - Throws: ``UploadLedger/QuotaReached``.
    public func begin(_ upload: ResumableUpload, room: Int64?, memo: RequestMemo? = nil) async throws {
        try await ledger.uploads.add(upload, room: room, memo: memo)
        do {
            try await onBlockingThread { [files] in try files.make(upload.id) }
        } catch {
            // The row would count against the quota; the first error says more.
            try? await ledger.uploads.remove(upload.id)
            throw error
        }
    }

    /// The upload as it is; nil where there is none. Its offset is never beyond what is in the file.
    public func upload(_ id: String) async throws -> ResumableUpload? {
        guard ResumableUpload.isIdentifier(id), var upload = try await ledger.uploads.upload(id) else { return nil }
        guard upload.job == nil else { return upload }
        let size = try await onBlockingThread { [files] in try files.size(id) } ?? 0
        if size < upload.offset {
            // Read again: between the two looks it may have become a job.
            guard let now = try await ledger.uploads.upload(id), now.job == nil else {
                return try await ledger.uploads.upload(id)
            }
            try await ledger.uploads.fallBack(id, to: size)
            upload.offset = size
        }
        return upload
    }

    /// Makes an upload of whole parts, which go. When this returns, the bytes survive a power cut.
    public func join(_ upload: ResumableUpload, of parts: [ResumableUpload]) async throws {
        try await onBlockingThread { [files] in
            try files.join(parts.map { ($0.id, $0.length) }, into: upload.id)
        }
        try await ledger.uploads.advance(upload.id, to: upload.length, expires: upload.expires)
    }

    /// Queues a whole upload, once: a second call returns the same job. When this returns, that survives a power cut.
    public func finish(_ upload: ResumableUpload, as drop: DropPath, preset: Preset) async throws -> Job {
        let spool = spool
        let job = try await ledger.uploads.beginClaim(upload, as: drop, preset: preset)
        guard job.state == .claiming else { return job }
        let name = ResumableFiles.name(upload.id)
        do {
            try await onBlockingThread {
                // An earlier try may have got as far as the rename.
                if try spool.hasUpload(name) || spool.sourceStatusIfThere(job.id) == nil {
                    try spool.claimUpload(name, for: job.id)
                } else {
                    try spool.settleClaim()
                }
            }
        } catch {
            // Once the bytes have the job's name, its row must stay: recovery goes by it.
            if try spool.sourceStatusIfThere(job.id) == nil { try await ledger.jobs.abandonClaim(job.id) }
            throw error
        }
        return try await ledger.jobs.confirmClaim(job.id)
    }

    /// Forgets an upload. What became a job stays one.
    public func remove(_ upload: ResumableUpload) async throws {
        try await onBlockingThread { [files] in try files.remove(upload.id) }
        try await ledger.uploads.remove(upload.id)
    }

    /// Removes files that no row knows.
    public func removeStrangers() async throws -> [String] {
        // In this order: a row is written before its file is made.
        let found = try await onBlockingThread { [files] in try files.all() }
        let known = try await ledger.uploads.unfinished()
        var removed: [String] = []
        for id in found where !known.contains(id) {
            try await onBlockingThread { [files] in try files.remove(id) }
            removed.append(id)
        }
        return removed
    }
}
