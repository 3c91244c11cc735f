import ConversionContract
import Domain
import Hummingbird
import Storage

/// Takes uploads into the queue.
struct Uploads: Sendable {
    let store: UploadStore
    let live: LiveState
    /// The largest request body, in bytes.
    let limit: Int64
    let quota: UploadQuota
    let repeats: Repeats
    let onQueued: @Sendable () -> Void

    /// Takes a request whose body is one file. An upload that breaks off leaves nothing behind.
    func receiveFile(
        _ request: Request, as drop: DropPath, preset: Preset?, from account: Account
    ) async throws -> Job {
        let length = request.headers[.contentLength] ?? "-"
        let jobs = try await once(request, "PUT \(request.uri.string) \(length)", of: account) { memo in
            try await taking(request, from: account) { body, reservation in
                var file = try await IncomingFile.open(in: store, reservation)
                do {
                    try await body.forEach { try await file.write($0) }
                    guard file.size > 0 else { throw Problem.badRequest("\(drop.display) is empty. Send a video.") }
                    try await file.close()
                    return try await queue([(file, drop)], preset: preset, reservation, memo)
                } catch {
                    await file.abandon()
                    throw error
                }
            }
        }
        guard let job = jobs.first else { throw Problem.notFound("The job that this request became is gone.") }
        return job
    }

    /// Takes a request whose body is a form with files. All are whole before the first is queued.
    func receiveForm(_ request: Request, from account: Account) async throws -> [Job] {
        let length = request.headers[.contentLength] ?? "-"
        return try await once(request, "POST \(request.uri.path) \(length)", of: account) { memo in
            try await taking(request, from: account) { body, reservation in
                var parser = try MultipartParser(contentType: request.headers[.contentType])
                var form = IncomingForm(store: store, reservation: reservation)
                do {
                    try await body.forEach { chunk in
                        for event in try parser.parse(chunk) { try await form.take(event) }
                    }
                    try parser.finish()
                    let preset = try form.preset()
                    guard !form.files.isEmpty else {
                        throw Problem.badRequest("No file was chosen. Choose one or more videos.")
                    }
                    return try await queue(form.files, preset: preset, reservation, memo)
                } catch {
                    await form.abandon()
                    throw error
                }
            }
        }
    }

    /// Tells everybody who waits for it of a new job.
    func announce(_ job: Job) {
        live.post(.job(job))
        onQueued()
    }

    private func once(
        _ request: Request, _ fingerprint: String, of account: Account, _ take: (RequestMemo?) async throws -> [Job]
    ) async throws -> [Job] {
        let jobs = try await quota.watching(account) { try await repeats.once(request, fingerprint, of: account, take) }
        guard jobs.contains(where: { $0.state == .claiming }) else { return jobs }
        // An earlier request with this key was refused because the ledger failed, and could not be taken back.
        for job in try await store.mendClaims() { announce(job) }
        var mended: [Job] = []
        for job in jobs { if let job = try await quota.ledger.jobs.job(job.id) { mended.append(job) } }
        return mended
    }

    /// Runs what takes a request's body, whose bytes count from now on.
    private func taking(
        _ request: Request, from account: Account, _ take: (UploadBody, UploadReservation) async throws -> [Job]
    ) async throws -> [Job] {
        let whole = try UploadBody(of: request, limit: limit)
        return try await quota.reserving(whole.declared ?? 0, for: account) { reservation in
            guard let room = try await quota.remaining(reservation), room < limit else {
                return try await take(whole, reservation)
            }
            return try await take(
                UploadBody(of: request, limit: room, excess: UploadLedger.QuotaReached()), reservation)
        }
    }

    private func queue(
        _ files: [(file: IncomingFile, drop: DropPath)], preset: Preset?, _ reservation: UploadReservation,
        _ memo: RequestMemo?
    ) async throws -> [Job] {
        let account = reservation.account
        let wholes = files.map { UploadStore.Whole($0.file.pending, as: $0.drop, preset: preset ?? account.preset) }
        // What came meanwhile by other ways counts now.
        let room = try await quota.room(for: account, bytes: 0, before: reservation.number)
        // From here on the ledger counts.
        quota.arriving.end(reservation.number)
        // In a task of its own: a claim is not to break off because its sender does.
        return try await Task {
            let jobs = try await store.finish(wholes, for: account.id, room: room, memo: memo)
            for job in jobs { announce(job) }
            return jobs
        }.value
    }
}

extension Preset {
    /// The preset that a request asks for by name; nil where it asks for none.
    static func named(_ name: some StringProtocol) throws(Problem) -> Preset? {
        if name.isEmpty { return nil }
        guard let preset = Preset(rawValue: String(name)) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            throw .badRequest("There is no such preset. It should be one of \(names).")
        }
        return preset
    }
}
