import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// The pages, which work without scripts.
struct PageRoutes: Sendable {
    let world: World

    private struct SignInForm: Decodable {
        let login: String
        let password: String
    }

    @Sendable func home(_ request: Request, _ context: Routes.Context) async throws -> Response {
        guard let visitor = try await world.visitors.visitor(request) else { return .seeOther("/sign-in") }
        let query = try JobQuery(request.uri.queryParameters)
        let list = try await Jobs(world, of: visitor.account).list(query)
        let inbox = InboxHint(try await world.inbox(of: visitor.account, request))
        return world.pages.home(visitor.account, list, before: query.before, inbox: inbox)
    }

    @Sendable func signIn(_ request: Request, _ context: Routes.Context) async throws -> Response {
        try await world.visitors.visitor(request) == nil ? world.pages.signIn() : .seeOther("/")
    }

    @Sendable func postSignIn(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let form = try await request.decodeForm(SignInForm.self, shape: "an account and a password")
        do {
            let token = try await world.visitors.signIn(
                login: form.login, password: form.password, from: world.visitors.place(request, context))
            var response = Response.seeOther("/")
            response.setCookie(world.visitors.cookie.setting(token))
            return response
        } catch let problem as Problem where problem.status.kind == .clientError {
            return world.pages.signIn(login: form.login, problem: problem)
        }
    }

    @Sendable func postSignOut(_ request: Request, _ context: Routes.Context) async throws -> Response {
        if let visitor = try await world.visitors.visitor(request) { try await world.visitors.signOut(visitor) }
        var response = Response.seeOther("/sign-in")
        response.setCookie(world.visitors.cookie.clearing())
        return response
    }
}
