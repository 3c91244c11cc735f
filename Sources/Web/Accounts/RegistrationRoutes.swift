import Domain
import HTTPTypes
import Hummingbird
import Storage

/// Registering, and confirming the address: for programs, and the pages.
struct RegistrationRoutes: Sendable {
    let world: World

    func add(to router: Router<Routes.Context>) {
        router.post("/api/v1/accounts", use: begin)
        router.post("/api/v1/accounts/confirmations", use: confirm)
        router.get(.init(AccountLinks.registerPath), use: page)
        router.post(.init(AccountLinks.registerPath), use: postPage)
        router.get(.init(AccountLinks.confirmPath), use: confirmPage)
        router.post(.init(AccountLinks.confirmPath), use: postConfirmPage)
    }

    private var answer: String {
        world.settings.confirmsAddresses
            ? "A letter is on its way to this address. Open the link in it to have the account made."
            : "You can sign in now. If you cannot, there was an account with this address already."
    }

    private struct Begun: Encodable {
        let needsConfirmation: Bool
        let detail: String
    }

    private struct Session: Encodable { let token: String }

    @Sendable private func begin(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let wish = try await request.decodeJSON(
            Accounts.Wish.self, shape: #"{"name": "ada", "email": "ada@example.org", "password": "…"}"#)
        try await world.accounts.register(wish, from: world.visitors.place(request, context))
        return try .json(
            Begun(needsConfirmation: world.settings.confirmsAddresses, detail: answer), status: .accepted)
    }

    @Sendable private func confirm(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let confirmation = try await request.decodeJSON(
            Accounts.Confirmation.self, shape: #"{"secret": "…", "password": "…"}"#)
        let account = try await world.accounts.confirm(confirmation, from: world.visitors.place(request, context))
        let token = try await world.visitors.begin(account)
        var response = try Response.json(Session(token: token), status: .created)
        response.setCookie(world.visitors.cookie.setting(token))
        return response
    }

    // MARK: Pages

    @Sendable private func page(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let invitation = request.query(AccountLinks.invitation)
        return world.pages.register(RegisterPage(invitation: invitation))
    }

    @Sendable private func postPage(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let wish = try await request.decodeForm(Accounts.Wish.self, shape: "a name, an address and a password")
        do {
            try await world.accounts.register(wish, from: world.visitors.place(request, context))
            return world.pages.notice(title: "Nearly done", answer)
        } catch let problem as Problem where problem.status.kind == .clientError {
            let page = RegisterPage(
                name: wish.name, email: wish.email, invitation: wish.invitation, message: problem.detail)
            return world.pages.register(page, problem)
        }
    }

    /// A GET changes nothing, because mail scanners follow every link.
    @Sendable private func confirmPage(_ request: Request, _ context: Routes.Context) async throws -> Response {
        world.pages.confirm(ConfirmPage(secret: request.query(AccountLinks.secret) ?? ""))
    }

    @Sendable private func postConfirmPage(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let form = try await request.decodeForm(Accounts.Confirmation.self, shape: "the link's secret and a password")
        do {
            let account = try await world.accounts.confirm(form, from: world.visitors.place(request, context))
            var response = Response.seeOther("/")
            response.setCookie(world.visitors.cookie.setting(try await world.visitors.begin(account)))
            return response
        } catch let problem as Problem where problem.status.kind == .clientError && problem.status != .notFound {
            let asksName = [.conflict, .badRequest].contains(problem.status) || form.name != nil
            let page = ConfirmPage(
                secret: form.secret, name: form.name, asksName: asksName, message: problem.detail)
            return world.pages.confirm(page, problem)
        }
    }
}
