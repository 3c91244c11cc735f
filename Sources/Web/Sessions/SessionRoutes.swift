import ConversionContract
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Signing in and out, for programs.
struct SessionRoutes: Sendable {
    let world: World

    private struct Credentials: Decodable {
        let email: String
        let password: String
    }

    private struct Session: Encodable { let token: String }

    private struct Me: Encodable {
        let name: String
        let email: String
        let preset: Preset
        let created: Date
        let inbox: InboxDocument
    }

    @Sendable func begin(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let credentials = try await request.decodeJSON(
            Credentials.self, shape: #"{"email": "ada@example.org", "password": "…"}"#)
        let token = try await world.visitors.signIn(
            login: credentials.email, password: credentials.password, from: world.visitors.place(request, context))
        var response = try Response.json(Session(token: token), status: .created)
        response.setCookie(world.visitors.cookie.setting(token))
        return response
    }

    @Sendable func end(_ request: Request, _ context: Routes.Context) async throws -> Response {
        try await world.visitors.signOut(world.visitors.signedIn(request))
        var response = Response(status: .noContent)
        response.setCookie(world.visitors.cookie.clearing())
        return response
    }

    @Sendable func me(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.signedIn(request).account
        return try .json(
            Me(
                name: account.name.text, email: account.email.text, preset: account.preset, created: account.created,
                inbox: try await world.inbox(of: account, request)))
    }
}
