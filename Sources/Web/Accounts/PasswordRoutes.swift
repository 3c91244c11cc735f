import HTTPTypes
import Hummingbird
import Storage

/// A password that was forgotten, or is to be another: for programs, and the pages.
struct PasswordRoutes: Sendable {
    let world: World

    func add(to router: Router<Routes.Context>) {
        router.put("/api/v1/me/password", use: change)
        router.post("/api/v1/password-resets", use: forgot)
        router.put("/api/v1/password-resets", use: reset)
        router.post("/account/password", use: postChange)
        router.get("/forgotten", use: forgottenPage)
        router.post("/forgotten", use: postForgotten)
        router.get(.init(AccountLinks.resetPath), use: resetPage)
        router.post(.init(AccountLinks.resetPath), use: postReset)
    }

    private static let answer =
        "If there is such an account, a letter is on its way to its address. Open the link in it to set a new password."

    private struct Change: Decodable {
        let current: String
        let new: String
    }

    private struct Forgotten: Decodable { let email: String }

    private struct Reset: Decodable {
        let secret: String
        let password: String
    }

    private struct Begun: Encodable { let detail: String }

    // MARK: Programs

    @Sendable private func change(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        let change = try await request.decodeJSON(Change.self, shape: #"{"current": "…", "new": "…"}"#)
        try await world.accounts.changePassword(
            of: visitor, current: change.current, new: change.new, from: world.visitors.place(request, context))
        return Response(status: .noContent)
    }

    @Sendable private func forgot(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let forgotten = try await request.decodeJSON(Forgotten.self, shape: #"{"email": "ada@example.org"}"#)
        try await world.accounts.forgot(forgotten.email, from: world.visitors.place(request, context))
        return try .json(Begun(detail: Self.answer), status: .accepted)
    }

    @Sendable private func reset(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let reset = try await request.decodeJSON(Reset.self, shape: #"{"secret": "…", "password": "…"}"#)
        try await world.accounts.reset(reset.secret, to: reset.password)
        return Response(status: .noContent)
    }

    // MARK: Pages

    @Sendable private func postChange(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        let change = try await request.decodeForm(Change.self, shape: "the current password and a new one")
        let page = AccountRoutes(world: world)
        do {
            try await world.accounts.changePassword(
                of: visitor, current: change.current, new: change.new, from: world.visitors.place(request, context))
            return try await page.page(
                request, of: visitor, notice: "Your password is changed, and other sessions have ended.")
        } catch let problem as Problem where problem.status.kind == .clientError {
            return try await page.page(request, of: visitor, problem: problem)
        }
    }

    @Sendable private func forgottenPage(_ request: Request, _ context: Routes.Context) async throws -> Response {
        world.pages.forgotten()
    }

    @Sendable private func postForgotten(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let form = try await request.decodeForm(Forgotten.self, shape: "an address")
        try await world.accounts.forgot(form.email, from: world.visitors.place(request, context))
        return world.pages.notice(title: "Look into your letters", Self.answer)
    }

    /// A GET changes nothing, because mail scanners follow every link.
    @Sendable private func resetPage(_ request: Request, _ context: Routes.Context) async throws -> Response {
        world.pages.reset(ResetPage(secret: request.query(AccountLinks.secret) ?? ""))
    }

    @Sendable private func postReset(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let form = try await request.decodeForm(Reset.self, shape: "the link's secret and a password")
        do {
            try await world.accounts.reset(form.secret, to: form.password)
            return world.pages.signIn(notice: "Your password is set. Sign in with it.")
        } catch let problem as Problem where problem.status == .badRequest {
            return world.pages.reset(ResetPage(secret: form.secret, message: problem.detail), problem)
        }
    }
}
