import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Storage

/// Drop tokens of one's own: for programs, and the forms of the account's page. Only whoever is signed in may issue or
/// revoke any: a drop token may drop and nothing else.
struct TokenRoutes: Sendable {
    let world: World

    /// Tokens of one account.
    private static let most = 100
    private static let longestLabel = 64
    /// The longest that one can be good for, in days.
    private static let mostDays = 3650

    func add(to router: Router<Routes.Context>) {
        router.get("/api/v1/tokens", use: list)
        router.post("/api/v1/tokens", use: issue)
        router.delete("/api/v1/tokens/:id", use: revoke)
        router.post("/account/tokens", use: postIssue)
        router.post("/account/tokens/:id/revoke", use: postRevoke)
        router.post("/account/token-file", use: postFile)
    }

    private struct Wish: Decodable {
        let label: String?
        /// Nil for one that does not expire.
        let days: Int?
    }

    private struct FormWish: Decodable {
        let label: String
        let days: String
    }

    private struct Entry: Encodable {
        let id: String
        let label: String
        let created: Date
        let expires: Date?
        let lastUsed: Date?

        init(_ entry: TokenStore.Entry) {
            id = String(entry.id)
            label = entry.label
            created = entry.created
            expires = entry.expires
            lastUsed = entry.lastUsed
        }
    }

    private struct Issued: Encodable { let token: String }
    private struct Shown: Decodable { let token: String }

    // MARK: Programs

    private struct Listing: Encodable { let tokens: [Entry] }

    @Sendable private func list(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        return try .json(Listing(tokens: try await world.ledger.tokens.all(of: visitor.account.id).map(Entry.init)))
    }

    @Sendable private func issue(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        let wish = try await request.decodeJSON(Wish.self, shape: #"{"label": "laptop", "days": 90}"#)
        let token = try await issue(label: wish.label ?? "", days: wish.days, for: visitor.account)
        return try .json(Issued(token: token.text), status: .created)
    }

    @Sendable private func revoke(_ request: Request, _ context: Routes.Context) async throws -> Response {
        try await revoke(context, of: try await world.visitors.signedIn(request).account)
        return Response(status: .noContent)
    }

    private func issue(label: String, days: Int?, for account: Account) async throws -> DropToken {
        let label = label.trimmed
        guard label.count <= Self.longestLabel, !label.unicodeScalars.contains(where: { $0.properties.isControl })
        else {
            throw Problem.badRequest("The label should be a line of at most \(Self.longestLabel) characters.")
        }
        guard days.map((1...Self.mostDays).contains) ?? true else {
            throw Problem.badRequest("The days should be a number from 1 to \(Self.mostDays).")
        }
        guard try await world.ledger.tokens.all(of: account.id).count < Self.most else {
            throw Problem(status: .conflict, detail: "You have \(Self.most) tokens. Revoke those that you do not use.")
        }
        let token = try await world.ledger.tokens.issue(
            label: label.isEmpty ? "issued" : label, expires: days.map { .now + Double($0) * 24 * 60 * 60 },
            for: account.id)
        try world.accounts.keeper.tellService()
        return token
    }

    /// What is not this account's is not there.
    private func revoke(_ context: Routes.Context, of account: Account) async throws {
        guard let id = context.parameters.get("id", as: Int64.self),
            try await world.ledger.tokens.revoke(id, of: account.id) > 0
        else { throw Problem.notFound("You have no such token.") }
        try world.accounts.keeper.tellService()
    }

    // MARK: Pages

    @Sendable private func postIssue(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        let form = try await request.decodeForm(FormWish.self, shape: "a label and a number of days")
        let page = AccountRoutes(world: world)
        do {
            let days = form.days.trimmed
            let token = try await issue(
                label: form.label, days: days.isEmpty ? nil : Int(days) ?? 0, for: visitor.account)
            return try await page.page(request, of: visitor, issued: token)
        } catch let problem as Problem where problem.status.kind == .clientError {
            return try await page.page(request, of: visitor, problem: problem)
        }
    }

    @Sendable private func postRevoke(_ request: Request, _ context: Routes.Context) async throws -> Response {
        try await revoke(context, of: try await world.visitors.signedIn(request).account)
        return .seeOther("/account")
    }

    /// The token that the page has just shown, as a file. It is nowhere but on that page, so the page sends it along.
    @Sendable private func postFile(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        let form = try await request.decodeForm(Shown.self, shape: "a token")
        guard let token = DropToken(form.token),
            try await world.ledger.tokens.account(for: token)?.id == visitor.account.id
        else { throw Problem.notFound("You have no such token.") }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream",
                .contentDisposition: "attachment; filename=\"\(AccountTree.tokenFile)\"",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: token.text + "\n")))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .format }
}
