import HTTPTypes
import Hummingbird

/// What every reply tells the browser not to do.
///
/// SECURITY: scripts, styles, pictures and sound come from this server's own files only, and scripts reach no other, so
/// that markup that slipped into a page could neither run nor tell; no other site may frame a page. `same-origin` and not `no-referrer`, because the latter makes browsers send
/// `Origin: null` with the page's own forms.
struct SecurityHeaders: RouterMiddleware {
    /// Whether this is the server's own port with TLS, where browsers are told to come by TLS only: RFC 6797. A proxy
    /// with TLS says that itself, if it wants to.
    let isOwnTLS: Bool

    private static let year = 365 * 24 * 60 * 60
    private static let fields = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
                + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
    ].compactMap { name, value in HTTPField.Name(name).map { HTTPField(name: $0, value: value) } }

    func handle(
        _ request: Request, context: Routes.Context,
        next: @concurrent (Request, Routes.Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in Self.fields { response.headers.append(field) }
        if isOwnTLS { response.headers[.strictTransportSecurity] = "max-age=\(Self.year)" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
