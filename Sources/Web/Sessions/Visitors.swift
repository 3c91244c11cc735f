import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import JWTKit
import Storage

/// Who sends a request.
struct Visitor: Sendable {
    let account: Account
    /// The session's identifier; nil for a drop token, which may only drop.
    let session: String?
}

/// Tells who sends a request, and opens and ends sessions.
struct Visitors: Sendable {
    private(set) var cookie: SessionCookie
    private let ledger: Ledger
    private let tokens: SessionTokens
    private let lifetime: Duration
    let gate = PasswordGate()
    let throttles = Throttles()
    private let clients: ClientAddress
    private let live: LiveState

    init(settings: WebSettings, ledger: Ledger, signingKey: [UInt8], live: LiveState) async throws {
        cookie = SessionCookie(isSecure: settings.isSecure, lifetime: settings.sessionLifetime)
        self.ledger = ledger
        tokens = try await SessionTokens(signingKey: signingKey)
        lifetime = settings.sessionLifetime
        self.live = live
        clients = ClientAddress(trusted: settings.trustedProxies)
    }

    /// The same for people who come over TLS, whose cookies must not travel without it.
    var overTLS: Visitors {
        var visitors = self
        visitors.cookie = SessionCookie(isSecure: true, lifetime: lifetime)
        return visitors
    }

    // MARK: Recognising

    /// Whoever is signed in, by bearer token or cookie; nil for a stranger.
    func visitor(_ request: Request) async throws -> Visitor? {
        // A token in the header speaks alone: one that is dead must not fall back on whoever the cookie names.
        let token = request.headers[.authorization] == nil ? cookie.token(in: request) : bearer(request)
        guard let token, let claims = await tokens.claims(of: token) else { return nil }
        return try await visitor(session: claims.id.value, subject: claims.subject.value)
    }

    /// Whether a session that was good a while ago still is.
    func isLive(_ visitor: Visitor) async throws -> Bool {
        guard let session = visitor.session else { return false }
        return try await ledger.sessions.account(of: session) != nil
    }

    func signedIn(_ request: Request) async throws -> Visitor {
        guard let visitor = try await visitor(request) else { throw Problem.unauthorized }
        return visitor
    }

    /// Whoever may drop: somebody signed in, or the bearer of a drop token.
    func dropper(_ request: Request) async throws -> Visitor {
        guard let token = bearer(request).flatMap(DropToken.init) else { return try await signedIn(request) }
        guard let account = try await ledger.tokens.account(for: token) else { throw Problem.unauthorized }
        if case .accepted(let id) = try await ledger.tokens.verdict(on: token, of: account.id) {
            try await ledger.tokens.touch(id)
        }
        return Visitor(account: account, session: nil)
    }

    private func visitor(session: String, subject: String) async throws -> Visitor? {
        guard let account = try await ledger.sessions.account(of: session), String(account.id) == subject else {
            return nil
        }
        return Visitor(account: account, session: session)
    }

    private func bearer(_ request: Request) -> String? {
        guard let parts = request.headers[.authorization]?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return nil }
        return String(parts[1])
    }

    /// Where a request comes from, as far as that can be believed.
    func place(_ request: Request, _ context: VisitContext) -> IPAddress? {
        clients.address(peer: context.peer, request.headers)
    }

    // MARK: Signing in and out

    /// Opens a session for whoever knows the account's password. A wrong password, an unknown login, an account without
    /// a password and a disabled one are answered alike and take as long, and may be tried as often.
    func signIn(login: String, password: String, from place: IPAddress?) async throws -> String {
        let login = login.trimmed
        let known = try await ledger.accounts.signIn(login)
        let isRight = try await throttles.tryPassword(login: login, account: known?.account.id, from: place) {
            try await gate.verify(password, known?.passwordHash) && known?.account.isEnabled == true
        }
        guard isRight, let account = known?.account else {
            throw Problem(status: .unauthorized, detail: "The name or the password is wrong.")
        }
        return try await begin(account)
    }

    /// Opens a session. Returns the token that its holder shows.
    func begin(_ account: Account) async throws -> String {
        let id = Self.newSessionID()
        let expires = Date(timeIntervalSinceNow: Double(lifetime.components.seconds))
        try await ledger.sessions.begin(id, for: account.id, expires: expires)
        return try await tokens.sign(SessionClaims(id: id, account: account.id, expires: expires))
    }

    func signOut(_ visitor: Visitor) async throws {
        guard let session = visitor.session else { return }
        try await ledger.sessions.end(session)
        live.post(.sessionsEnded(visitor.account.id))
    }

    /// 128 random bits.
    private static func newSessionID() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(UInt128.random(in: .min ... .max, using: &generator), radix: 32)
    }
}
