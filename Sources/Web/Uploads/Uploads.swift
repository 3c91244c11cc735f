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
    let onQueued: @Sendable () -> Void

    /// Takes a request whose body is one file. An upload that breaks off leaves nothing behind.
    func receiveFile(
        _ request: Request, as drop: DropPath, preset: Preset?, from account: Account
    ) async throws -> Job {
        let body = try UploadBody(of: request, limit: limit)
        var file = try await IncomingFile.open(in: store)
        do {
            try await body.forEach { try await file.write($0) }
            guard file.size > 0 else { throw Problem.badRequest("\(drop.display) is empty. Send a video.") }
            try await file.close()
            return try await queue(file, as: drop, preset: preset, from: account)
        } catch {
            await file.abandon()
            throw error
        }
    }

    /// Takes a request whose body is a form with files. All are whole before the first is queued.
    func receiveForm(_ request: Request, from account: Account) async throws -> [Job] {
        let body = try UploadBody(of: request, limit: limit)
        var parser = try MultipartParser(contentType: request.headers[.contentType])
        var form = IncomingForm(store: store)
        do {
            try await body.forEach { chunk in
                for event in try parser.parse(chunk) { try await form.take(event) }
            }
            try parser.finish()
            let preset = try form.preset()
            guard !form.files.isEmpty else {
                throw Problem.badRequest("No file was chosen. Choose one or more videos.")
            }
            var jobs: [Job] = []
            while let (file, drop) = form.files.first {
                jobs.append(try await queue(file, as: drop, preset: preset, from: account))
                form.files.removeFirst()
            }
            return jobs
        } catch {
            await form.abandon()
            throw error
        }
    }

    private func queue(
        _ file: IncomingFile, as drop: DropPath, preset: Preset?, from account: Account
    ) async throws -> Job {
        let job = try await store.finish(
            file.pending, as: drop, preset: preset ?? account.preset, for: account.id)
        live.post(.job(job))
        onQueued()
        return job
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
