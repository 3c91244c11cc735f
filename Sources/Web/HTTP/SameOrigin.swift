import HTTPTypes
import Hummingbird

/// Refuses requests that another site made a browser send: everything that may change something and brings no
/// Authorization header, which no other site can add.
///
/// SECURITY: a second wall behind the cookie's `SameSite=Strict`. Browsers say by themselves where a request comes from,
/// in `Sec-Fetch-Site` (Fetch Metadata; over TLS and on localhost) and in `Origin` (RFC 6454). Programs that send
/// neither cannot be led by a page.
struct SameOrigin: RouterMiddleware {
    /// The scheme and authority where people reach the page, for proxies that rewrite Host.
    let publicOrigin: String?

    func handle(
        _ request: Request, context: Routes.Context,
        next: @concurrent (Request, Routes.Context) async throws -> Response
    ) async throws -> Response {
        let isSafe = [.get, .head, .options].contains(request.method)
        guard isSafe || request.headers[.authorization] != nil || isSameOrigin(request.head) else {
            throw Problem(
                status: .forbidden,
                detail: "Another site sent this request. Open soundspool's own page and try again there.")
        }
        return try await next(request, context)
    }

    func isSameOrigin(_ head: HTTPRequest) -> Bool {
        if let site = head.headerFields.value(of: "Sec-Fetch-Site") { return site == "same-origin" || site == "none" }
        guard let origin = head.headerFields[.origin]?.lowercased() else { return true }
        let host = head.authority?.lowercased() ?? ""
        return origin == publicOrigin || origin == "http://\(host)" || origin == "https://\(host)"
    }
}
