import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Storage

/// `/api/v1/uploads`: tus 1.0.0 with its extensions creation, creation-with-upload, termination, expiration, checksum and
/// concatenation.
struct TusRoutes: Sendable {
    let world: World

    private typealias Handler = @Sendable (Request, Routes.Context) async throws -> Response

    func add(to router: Router<Routes.Context>) {
        let (all, one) = (RouterPath(Tus.path), RouterPath(Tus.path + "/:id"))
        router.on(all, method: .options) { _, _ in capabilities }
        router.on(one, method: .options) { _, _ in capabilities }
        router.post(all) { try await answer($0, $1, create) }
        router.head(one) { try await answer($0, $1, look) }
        router.on(one, method: .patch) { try await answer($0, $1, append) }
        router.delete(one) { try await answer($0, $1, remove) }
        router.post(one) { try await answer($0, $1, overridden) }
    }

    /// Sees to the version, and that errors name it too.
    @Sendable private func answer(
        _ request: Request, _ context: Routes.Context, _ handler: Handler
    ) async throws -> Response {
        do {
            guard request.headers[.resumable] == Tus.version else {
                var headers = HTTPFields()
                headers[.version] = Tus.version
                throw Problem(
                    status: .preconditionFailed, detail: "Tus-Resumable should be \(Tus.version).", headers: headers)
            }
            var response = try await handler(request, context)
            response.headers[.resumable] = Tus.version
            return response
        } catch {
            var problem = Problem(error)
            problem.headers[.resumable] = Tus.version
            throw problem
        }
    }

    private var capabilities: Response {
        var response = Response(status: .noContent)
        response.headers[.resumable] = Tus.version
        response.headers[.version] = Tus.version
        response.headers[.extensions] = Tus.extensions
        response.headers[.maxSize] = String(world.uploads.limit)
        response.headers[.checksumAlgorithm] = UploadChecksum.algorithms
        return response
    }

    /// For clients whose proxies let no PATCH or DELETE through.
    @Sendable private func overridden(_ request: Request, _ context: Routes.Context) async throws -> Response {
        switch request.headers[.methodOverride]?.uppercased() {
        case "PATCH": return try await append(request, context)
        case "DELETE": return try await remove(request, context)
        case "HEAD": return try await look(request, context)
        default:
            throw Problem(
                status: .methodNotAllowed, detail: "Send PATCH, HEAD or DELETE, or name it in X-HTTP-Method-Override.",
                headers: [.allow: "DELETE, HEAD, OPTIONS, PATCH"])
        }
    }

    @Sendable private func create(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.dropper(request).account
        let metadata = try UploadMetadata(request.headers[.metadata])
        let length = try request.headers.bytes(.length)
        let upload: ResumableUpload
        switch try UploadConcat(request.headers[.concat]) {
        case .final(let parts):
            guard length == nil else {
                throw Problem.badRequest("What is joined has the length of its parts; leave Upload-Length out.")
            }
            upload = try await world.resumable.join(
                try new(.joined(parts), metadata, 0, account), of: parts, account: account)
        case let concat:
            guard let length else { throw Problem.badRequest("Upload-Length should say how many bytes will come.") }
            guard length > 0 else { throw Problem.badRequest("The file is empty. Send a video.") }
            guard length <= world.uploads.limit else { throw Problem.tooLarge(limit: world.uploads.limit) }
            // What can be found wrong with the bytes that came along is found before anything is made.
            _ = try UploadChecksum.named(request.headers[.checksum])
            let made = try new(concat == .partial ? .partial : .whole, metadata, length, account)
            upload = try await once(request, for: made, of: account) { memo in
                try await world.resumable.begin(made, of: account, memo: memo)
                guard request.headers[.contentType] == Tus.contentType else { return made }
                do {
                    return try await world.resumable.receive(request, for: made.id, at: 0, of: account)
                } catch {
                    // Its maker will not learn its address. In a task of its own, as this one may be cancelled.
                    try await Task { try await world.resumable.forget(made.id, of: account) }.value
                    throw error
                }
            }
        }
        var headers = upload.headers
        headers[.location] = upload.path
        return Response(status: .created, headers: headers)
    }

    /// Makes an upload, unless a request with the same `Idempotency-Key` did: then that one is returned as it is now, and
    /// the bytes that came along are not looked at.
    private func once(
        _ request: Request, for upload: ResumableUpload, of account: Account,
        _ make: (RequestMemo?) async throws -> ResumableUpload
    ) async throws -> ResumableUpload {
        let kind = upload.kind == .partial ? "partial" : "whole"
        let fingerprint = "POST \(Tus.path) \(kind) \(upload.length) \(upload.metadata)"
        func known(_ outcome: IdempotencyKeys.Outcome) async throws -> ResumableUpload? {
            guard case .upload(let id) = outcome else { return nil }
            return try await world.resumable.upload(id, of: account)
        }
        return try await world.uploads.repeats.once(request, fingerprint, of: account, known, make)
    }

    private func new(
        _ kind: ResumableUpload.Kind, _ metadata: UploadMetadata, _ length: Int64, _ account: Account
    ) throws(Problem) -> ResumableUpload {
        ResumableUpload(
            account: account.id, kind: kind, drop: kind == .partial ? nil : try metadata.drop(),
            preset: try metadata.preset(), metadata: metadata.text, length: length,
            expires: .now + world.resumable.lifetime / .seconds(1))
    }

    @Sendable private func look(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.dropper(request).account
        let upload = try await world.resumable.look(at: context.parameters.get("id"), of: account)
        return Response(status: .ok, headers: upload.headers)
    }

    @Sendable private func append(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.dropper(request).account
        let upload = try await world.resumable.upload(context.parameters.get("id"), of: account)
        guard request.headers[.contentType] == Tus.contentType else {
            throw Problem(status: .unsupportedMediaType, detail: "Content-Type should be \(Tus.contentType).")
        }
        guard let offset = try request.headers.bytes(.offset) else {
            throw Problem.badRequest("Upload-Offset should say where these bytes begin.")
        }
        if case .joined = upload.kind {
            throw Problem(status: .forbidden, detail: "What was joined takes no bytes of its own.")
        }
        let now = try await world.resumable.receive(request, for: upload.id, at: offset, of: account)
        return Response(status: .noContent, headers: now.headers)
    }

    @Sendable private func remove(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.dropper(request).account
        try await world.resumable.remove(context.parameters.get("id"), of: account)
        return Response(status: .noContent)
    }
}
