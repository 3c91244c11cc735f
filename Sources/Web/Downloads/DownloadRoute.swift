import Domain
import HTTPTypes
import Hummingbird
import Storage

/// `GET /api/v1/outbox/{id}`: the MP3 itself.
struct DownloadRoute: Sendable {
    let world: World

    @Sendable func audio(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.signedIn(request).account
        let job = try await Jobs(world, of: account).job(context.parameters.get("id", as: Job.ID.self))
        guard job.state == .published, let output = job.output else {
            throw Problem.notFound("This job has no MP3.")
        }
        guard let file = try await PublishedFile.open(output, of: account.name, in: world.tree) else {
            throw Problem.notFound("The MP3 is no longer in your outbox.")
        }
        return try reply(to: request, file, named: String.displaying(output.name))
    }

    private func reply(to request: Request, _ file: PublishedFile, named name: String) throws -> Response {
        let fields = request.headers
        var headers: HTTPFields = [
            .eTag: file.entityTag, .acceptRanges: "bytes", .cacheControl: "private, no-cache",
        ]
        if Self.matches(fields[.ifNoneMatch], file.entityTag) {
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

    /// RFC 9110 section 13.1.2, with its weak comparison.
    private static func matches(_ field: String?, _ tag: String) -> Bool {
        field?.split(separator: ",").contains { candidate in
            let candidate = candidate.trimmed
            return candidate == "*" || candidate == tag || candidate == "W/" + tag
        } ?? false
    }
}
