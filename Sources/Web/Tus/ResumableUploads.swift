import ConversionContract
import Domain
import FoundationEssentials
import Hummingbird
import Logging
import Storage

/// What can be done with resumable uploads, whoever asks.
struct ResumableUploads: Sendable {
    let store: ResumableUploadStore
    let uploads: Uploads
    /// How long an upload is kept after its last byte.
    let lifetime: Duration
    let locks = UploadLocks()

    private var ledger: Ledger { store.ledger }

    /// The account's own upload; what belongs to others does not exist.
    func upload(_ id: String?, of account: Account) async throws -> ResumableUpload {
        guard let id, let upload = try await store.upload(id), upload.account == account.id else {
            throw Problem.notFound("You have no upload of this name. It may have expired: begin it anew.")
        }
        return upload
    }

    /// How far an upload has come. Ends a request that is still sending to it.
    func look(at id: String?, of account: Account) async throws -> ResumableUpload {
        let upload = try await upload(id, of: account)
        guard !upload.isWhole else { return upload }
        await locks.interrupt(upload.id)
        return try await self.upload(id, of: account)
    }

    /// - Parameter memo: What tells a repetition of the request.
    func begin(_ upload: ResumableUpload, of account: Account, memo: RequestMemo? = nil) async throws {
        try await uploads.quota.watching(account) {
            let room = try await uploads.quota.room(for: account, bytes: upload.length)
            try await store.begin(upload, room: room, memo: memo)
        }
    }

    /// Takes the bytes of a request from `offset` on. A whole upload is a job when this returns.
    func receive(
        _ request: Request, for id: String, at offset: Int64, of account: Account
    ) async throws -> ResumableUpload {
        let checksum = try UploadChecksum.named(request.headers[.checksum])
        return try await locks.hold([id]) {
            let upload = try await upload(id, of: account)
            guard offset == upload.offset else {
                throw Problem(
                    status: .conflict, detail: "The upload has \(upload.offset) bytes; Upload-Offset should say so.",
                    headers: upload.headers)
            }
            // Its claim may have broken off.
            guard upload.job == nil else { return try await finishIfDue(upload, of: account) }
            let body = try UploadBody(of: request, limit: upload.length - upload.offset)
            return try await uploads.quota.reserving(body.declared ?? 0, for: account, isCounted: true) {
                let piece = try await ArrivingPiece.open(
                    upload, in: store, checksum: checksum, lifetime: lifetime, $0)
                return try await finishIfDue(append(body, to: piece, of: account), of: account)
            }
        }
    }

    /// Returns the upload as it is afterwards. Where it throws, what came before is kept as far as it is good.
    private func append(
        _ body: UploadBody, to piece: ArrivingPiece, of account: Account
    ) async throws -> ResumableUpload {
        var piece = piece
        do {
            try await body.forEach { try await piece.write($0) }
        } catch {
            // In a task of its own: what came is kept although this one was cancelled.
            let isTooLong = (error as? Problem)?.status == .contentTooLarge
            let upload = try await Task { [piece] in
                var piece = piece
                if isTooLong { try await piece.discard() } else { try await piece.breakOff() }
                return piece.upload
            }.value
            // It may have been cut off behind its last byte.
            try await finishIfDue(upload, of: account)
            throw error
        }
        return try await Task { [piece] in
            var piece = piece
            try await piece.close()
            return piece.upload
        }.value
    }

    /// Makes one upload of whole parts. The same parts again are the same upload.
    func join(_ upload: ResumableUpload, of ids: [String], account: Account) async throws -> ResumableUpload {
        try await locks.hold(ids) {
            if let known = try await ledger.uploads.joined(of: ids, account: account.id), known.isWhole {
                let whole = try await finishIfDue(known, of: account)
                // The first time may have ended before they were gone.
                try await removeParts(ids, of: account)
                return whole
            }
            var parts: [ResumableUpload] = []
            for id in ids {
                let part = try await self.upload(id, of: account)
                guard part.kind == .partial else {
                    throw Problem.badRequest("Upload-Concat names an upload that is not partial.")
                }
                guard part.isWhole else {
                    throw Problem(
                        status: .conflict, detail: "A part has \(part.offset) of \(part.length) bytes. Send the rest.")
                }
                parts.append(part)
            }
            let length = parts.reduce(0) { $0 + $1.length }
            guard length <= uploads.limit else { throw Problem.tooLarge(limit: uploads.limit) }
            let joined = ResumableUpload(
                account: upload.account, kind: upload.kind, drop: upload.drop, preset: upload.preset,
                metadata: upload.metadata, length: length, expires: upload.expires)
            try await uploads.quota.requireSpace(for: length)
            try await store.begin(joined, room: nil)
            return try await Task { [parts] in
                do {
                    try await store.join(joined, of: parts)
                } catch {
                    // The parts are what is left to try again with; the first error says more.
                    try? await store.remove(joined)
                    throw error
                }
                let whole = try await finishIfDue(self.upload(joined.id, of: account), of: account)
                try await removeParts(ids, of: account)
                return whole
            }.value
        }
    }

    private func removeParts(_ ids: [String], of account: Account) async throws {
        for id in ids {
            guard let part = try await store.upload(id), part.account == account.id, part.kind == .partial else {
                continue
            }
            try await store.remove(part)
        }
    }

    func remove(_ id: String?, of account: Account) async throws {
        let upload = try await upload(id, of: account)
        await locks.interrupt(upload.id)
        try await locks.hold([upload.id]) {
            // A claim that broke off is finished first: without the upload nobody would know what it was.
            let upload = try await self.upload(id, of: account)
            try await store.remove(upload.isBeingClaimed ? finishIfDue(upload, of: account) : upload)
        }
    }

    /// Removes an upload whose sender does not know its address, unless it is to be a job.
    func forget(_ id: String, of account: Account) async throws {
        guard try await !upload(id, of: account).isDue else { return }
        try await remove(id, of: account)
    }

    /// Queues an upload that is whole; one that has its job already, or is a part, stays as it is. In a task of its own:
    /// a claim is not to break off because its sender does.
    @discardableResult
    func finishIfDue(_ upload: ResumableUpload, of account: Account) async throws -> ResumableUpload {
        guard upload.isDue, let drop = upload.drop else { return upload }
        return try await Task {
            let job = try await store.finish(upload, as: drop, preset: upload.preset ?? account.preset)
            uploads.announce(job)
            return upload.queued(as: job.id)
        }.value
    }
}
