import FoundationEssentials
import HTTPTypes
import Hummingbird

/// An error for whoever sent the request: a problem document, RFC 9457.
struct Problem: Error, Sendable {
    let status: HTTPResponse.Status
    /// One sentence: what is wrong, and what would be right.
    let detail: String
    var headers: HTTPFields = [:]
    /// For the journal only.
    var cause: (any Error)?

    private struct Document: Encodable {
        // RFC 9457 section 4.2.1: the status says all there is to the type.
        let type = "about:blank"
        let title: String
        let status: Int
        let detail: String
    }

    func response() throws -> Response {
        let document = Document(title: status.reasonPhrase, status: status.code, detail: detail)
        var response = try Response.json(document, status: status)
        response.headers[.contentType] = "application/problem+json"
        for field in headers { response.headers[field.name] = field.value }
        return response
    }
}

extension Problem {
    static func badRequest(_ detail: String) -> Problem { Problem(status: .badRequest, detail: detail) }

    /// Also for what exists but belongs to somebody else.
    static func notFound(_ detail: String = "There is nothing here for you.") -> Problem {
        Problem(status: .notFound, detail: detail)
    }

    static var unauthorized: Problem {
        Problem(
            status: .unauthorized,
            detail: "Sign in first, or send a session token in the Authorization header as Bearer.",
            headers: [.wwwAuthenticate: "Bearer"])
    }

    static func tooLarge(limit: Int64) -> Problem {
        Problem(
            status: .contentTooLarge,
            detail: "The upload is larger than this server takes: \(ByteCountText.text(limit)) at most.",
            // The rest of the body is not worth sending: RFC 9110 section 15.5.14.
            headers: [.connection: "close"])
    }
}
