import Domain
import HTTPTypes
import Hummingbird
import Storage

/// `GET /api/v1/outbox/{id}`: the MP3 itself, for its owner and for whoever holds a letter's link to it.
struct DownloadRoute: Sendable {
    let world: World

    @Sendable func audio(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let id = context.parameters.get("id", as: Job.ID.self)
        let signed = try await signed(request, id)
        let (job, account) = if let signed { signed } else { try await own(request, id) }
        guard job.state == .published, let output = job.output else {
            throw Problem.notFound("This job has no MP3.")
        }
        guard let file = try await PublishedFile.open(output, of: account.name, in: world.tree) else {
            throw Problem.notFound("The MP3 is no longer in your outbox.")
        }
        return try reply(to: request, file, named: String.displaying(output.name))
    }

    private func own(_ request: Request, _ id: Job.ID?) async throws -> (Job, Account) {
        let account = try await world.visitors.signedIn(request).account
        return (try await Jobs(world, of: account).job(id), account)
    }

    /// What a letter's link opens, without signing in; nil for a request without a signature.
    private func signed(_ request: Request, _ id: Job.ID?) async throws -> (Job, Account)? {
        let parameters = request.uri.queryParameters
        guard let signature = parameters[Substring(SignedLinks.signature)] else { return nil }
        let nowhere = Problem.notFound("This link leads nowhere. Copy the whole of it from the letter.")
        guard let id, let expires = parameters[Substring(SignedLinks.expires)].flatMap({ Int64($0) }) else {
            throw nowhere
        }
        switch world.links.verdict(on: String(signature), for: .download(id), expires: expires) {
        case .forged: throw nowhere
        case .expired:
            throw Problem(
                status: .forbidden, detail: "This link has expired. Sign in on soundspool's page to get your MP3.")
        case .valid: break
        }
        guard let job = try await world.ledger.jobs.job(id),
            let account = try await world.ledger.accounts.account(job.account), account.isEnabled
        else { throw nowhere }
        return (job, account)
    }

    private func reply(to request: Request, _ file: PublishedFile, named name: String) throws -> Response {
        let fields = request.headers
        var headers: HTTPFields = [
            .eTag: file.entityTag, .acceptRanges: "bytes", .cacheControl: "private, no-cache",
        ]
        if EntityTag.matches(fields[.ifNoneMatch], file.entityTag) {
            return Response(status: .notModified, headers: headers)
        }
        // RFC 9110 section 13.1.5: a range of another version is answered with the whole of this one.
        let isRangeValid = request.method == .get && (fields[.ifRange].map { $0 == file.entityTag } ?? true)
        let range: Range<Int64>
        switch ByteRange(isRangeValid ? fields[.range] : nil, size: file.size) {
        case .whole: range = 0..<file.size
        case .part(let part):
            range = part
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
        case .unsatisfiable:
            throw Problem(
                status: .rangeNotSatisfiable, detail: "The MP3 has \(file.size) bytes; the range begins behind them.",
                headers: [.contentRange: "bytes */\(file.size)"])
        }
        let isPart = headers[.contentRange] != nil
        headers[.contentType] = "audio/mpeg"
        headers[.contentDisposition] = ContentDisposition.attachment(name)
        return Response(
            status: isPart ? .partialContent : .ok, headers: headers,
            body: ResponseBody(contentLength: range.count) { writer in
                if !range.isEmpty { try await file.write(range, to: &writer) }
                try await writer.finish(nil)
            })
    }
}
