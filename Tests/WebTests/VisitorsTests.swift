import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Storage
import Testing

@testable import Web

struct VisitorsTests {
    private static func request(_ fields: HTTPFields) -> Request {
        Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/", headerFields: fields),
            body: RequestBody(buffer: ByteBuffer()))
    }

    private static func bearing(_ token: String) -> Request { request([.authorization: "Bearer \(token)"]) }

    @Test(arguments: ["ada", "ada@example.org", "ADA@Example.org", " ada "])
    func signsInWithNameOrAddress(login: String) async throws {
        let world = try TemporaryWorld()
        let ada = try await world.account("ada", password: "secret")
        let visitors = try await world.visitors()
        let token = try await visitors.signIn(login: login, password: "secret", from: nil)
        #expect(try await visitors.visitor(Self.bearing(token))?.account.id == ada.id)
        #expect(try await visitors.visitor(Self.request([.cookie: "soundspool=\(token)"]))?.account.id == ada.id)
    }

    @Test func refusesAlike() async throws {
        let world = try TemporaryWorld()
        _ = try await world.account("ada", password: "secret")
        _ = try await world.account("without")
        let disabled = try await world.account("disabled", password: "secret")
        try await world.ledger.accounts.setEnabled(false, disabled.id)
        let visitors = try await world.visitors()
        var answers: Set<String> = []
        for (login, password) in [("ada", "wrong"), ("nobody", "secret"), ("without", ""), ("disabled", "secret")] {
            let problem = await #expect(throws: Problem.self) {
                try await visitors.signIn(login: login, password: password, from: nil)
            }
            answers.insert("\(problem?.status.code ?? 0) \(problem?.detail ?? "")")
        }
        #expect(answers.count == 1)
        #expect(answers.first?.hasPrefix("401 ") == true)
    }

    /// No clock: the work that takes the time is the same.
    @Test(arguments: [
        ("ada", "secret"), ("ada", "wrong"), ("nobody", "secret"), ("without", ""), ("disabled", "secret"),
    ])
    func onePasswordIsHashedWhoeverItIs(login: String, password: String) async throws {
        let world = try TemporaryWorld()
        _ = try await world.account("ada", password: "secret")
        _ = try await world.account("without")
        let disabled = try await world.account("disabled", password: "secret")
        try await world.ledger.accounts.setEnabled(false, disabled.id)
        let visitors = try await world.visitors()
        _ = try? await visitors.signIn(login: login, password: password, from: nil)
        #expect(await visitors.gate.hashed == 1)
    }

    @Test func anEndedSessionIsOver() async throws {
        let world = try TemporaryWorld()
        _ = try await world.account("ada", password: "secret")
        let visitors = try await world.visitors()
        let token = try await visitors.signIn(login: "ada", password: "secret", from: nil)
        let other = try await visitors.signIn(login: "ada", password: "secret", from: nil)
        let visitor = try await visitors.signedIn(Self.bearing(token))
        #expect(try await visitors.isLive(visitor))
        try await visitors.signOut(visitor)
        #expect(try await visitors.visitor(Self.bearing(token)) == nil)
        #expect(try await visitors.isLive(visitor) == false)
        #expect(try await visitors.visitor(Self.bearing(other)) != nil)
    }

    @Test func aTokenForAnotherAccountsSessionIsNone() async throws {
        let world = try TemporaryWorld()
        let ada = try await world.account("ada")
        let bob = try await world.account("bob")
        let claims = SessionClaims(id: "session", account: bob.id, expires: .distantFuture)
        try await world.ledger.sessions.begin("session", for: ada.id, expires: .distantFuture)
        let token = try await SessionTokens(signingKey: TemporaryWorld.signingKey).sign(claims)
        #expect(try await world.visitors().visitor(Self.bearing(token)) == nil)
    }

    @Test func aDeadBearerTokenDoesNotFallBackOnTheCookie() async throws {
        let world = try TemporaryWorld()
        _ = try await world.account("ada", password: "secret")
        let visitors = try await world.visitors()
        let token = try await visitors.signIn(login: "ada", password: "secret", from: nil)
        let request = Self.request([.authorization: "Bearer dead", .cookie: "soundspool=\(token)"])
        #expect(try await visitors.visitor(request) == nil)
    }

    @Test func aDropTokenDropsAndNothingElse() async throws {
        let world = try TemporaryWorld()
        let ada = try await world.account("ada")
        let token = try await world.ledger.tokens.issue(label: "laptop", expires: nil, for: ada.id)
        let visitors = try await world.visitors()
        let request = Self.bearing(token.text)
        #expect(try await visitors.dropper(request).account.id == ada.id)
        #expect(try await world.ledger.tokens.all(of: ada.id).first?.lastUsed != nil)
        #expect(try await visitors.visitor(request) == nil)
        _ = try await world.ledger.tokens.revoke(nil, of: ada.id)
        await #expect(throws: Problem.self) { try await visitors.dropper(request) }
    }

    @Test(
        arguments: [
            (nil, "soundspool", false),
            ("http://192.0.2.1:8080", "soundspool", false),
            ("https://music.example.org", "__Host-soundspool", true),
            ("HTTPS://music.example.org/", "__Host-soundspool", true),
        ] as [(String?, String, Bool)])
    func theCookieIsAsSafeAsTheURL(url: String?, name: String, isSecure: Bool) async throws {
        let cookie = try await TemporaryWorld().visitors(WebSettings(publicURL: url)).cookie.setting("token")
        #expect(cookie.name == name)
        #expect(cookie.secure == isSecure)
        #expect(cookie.httpOnly)
        #expect(cookie.sameSite == .strict)
        #expect(cookie.path == "/")
        #expect(cookie.domain == nil)
    }
}
