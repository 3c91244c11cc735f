import Domain
import HTTPTypes
import Hummingbird
import Storage

/// The page of one's own account, and its removal.
struct AccountRoutes: Sendable {
    let world: World

    func add(to router: Router<Routes.Context>) {
        router.get("/account", use: page)
        router.post("/account/remove", use: postRemove)
        router.delete("/api/v1/me", use: remove)
    }

    private struct Removal: Decodable { let password: String }

    @Sendable private func remove(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        let removal = try await request.decodeJSON(Removal.self, shape: #"{"password": "…"}"#)
        try await world.accounts.remove(
            visitor.account, password: removal.password, from: world.visitors.place(request, context))
        var response = Response(status: .noContent)
        response.setCookie(world.visitors.cookie.clearing())
        return response
    }

    @Sendable private func page(_ request: Request, _ context: Routes.Context) async throws -> Response {
        guard let visitor = try await world.visitors.visitor(request) else { return .seeOther("/sign-in") }
        return try await page(request, of: visitor)
    }

    @Sendable private func postRemove(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        let form = try await request.decodeForm(Removal.self, shape: "your password")
        do {
            try await world.accounts.remove(
                visitor.account, password: form.password, from: world.visitors.place(request, context))
        } catch let problem as Problem where problem.status.kind == .clientError {
            return try await page(request, of: visitor, problem: problem)
        }
        var response = world.pages.notice(
            title: "Your account is removed", "Your files and everything about you are gone from here.")
        response.setCookie(world.visitors.cookie.clearing())
        return response
    }

    /// - Parameter issued: A token that is shown this once.
    func page(
        _ request: Request, of visitor: Visitor, notice: String? = nil, problem: Problem? = nil,
        issued: DropToken? = nil
    ) async throws -> Response {
        let account = visitor.account
        let tokens = try await world.ledger.tokens.all(of: account.id)
        return world.pages.account(
            AccountPage(
                account, inbox: InboxHint(try await world.inbox(of: account, request)), tokens: tokens, notice: notice,
                message: problem?.detail, issued: issued), problem)
    }
}
