import Domain
import Foundation
import Mail
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// Events on their way to a real webhook.
struct WebhookTests {
    private static let secret = "0123456789abcdef"
    private let world: World
    private let queued = Doorbell()

    init() throws { world = try World(letters: LetterPolicy(hasWebhook: true)) }

    private struct Post: Decodable {
        struct Body: Decodable {
            struct Result: Decodable {
                let event: String
                let job: String?
                let name: String?
                let output: String?
                let duration: Double?
                let reason: String?
                let message: String?
                let link: String?
            }
            let id: String
            let account: String
            let results: [Result]
        }
        let status: Int
        let id: String
        let type: String
        let signed: Bool
        let body: Body
    }

    private func posts(_ server: MailServer) throws -> [Post] {
        try server.program.printed.split(separator: "\n").filter { $0.hasPrefix("post ") }.map {
            try JSONDecoder().decode(Post.self, from: Data($0.utf8.dropFirst(5)))
        }
    }

    private func running(port: Int, secret: String = secret, _ body: () async throws -> Void) async throws {
        let webhook = try #require(Webhook(url: "http://127.0.0.1:\(port)/hook?x=1", secret: Secret(secret)))
        try await running(webhook, body)
    }

    private func running(_ webhook: Webhook, _ body: () async throws -> Void) async throws {
        let place = try TemporaryDirectory()
        let links = LetterLinks(page: "p", download: { ("https://x/\($0)", $1) }, letters: { "\($0)" })
        let delivery = LetterDelivery(
            to: .directory(place.path), webhook: webhook,
            composer: LetterComposer(sender: .localService), links: links)
        let retry = RetrySchedule(
            first: .milliseconds(20), longest: .milliseconds(200), serverFirst: .milliseconds(20),
            serverLongest: .milliseconds(200))
        let outbox = Outbox(
            ledger: world.ledger, tree: world.tree, live: world.live, delivery: delivery, retry: retry,
            letterQueued: queued, lettersAsked: Doorbell(), logger: world.logger)
        try await keepRunning({ try await outbox.run() }, during: body)
    }

    private func states(_ wanted: [String: Int]) async throws {
        try await eventually("letters are \(wanted)") { try await world.ledger.letters.counts() == wanted }
    }

    @Test func `every result is posted, signed, over one connection`() async throws {
        let server = try await MailServer.start("webhook_server.py", ["secret": Self.secret])
        let ada = try await world.account()
        let job = try await world.queuedJob(of: ada, drop: "a\u{1B}.mp4")
        _ = try #require(try await world.ledger.jobs.takeNext())
        try await world.ledger.jobs.reserveOutput(try #require(DropPath("a.mp3")), duration: 2.5, for: job.id)
        _ = try await world.ledger.jobs.publish(job.id)
        _ = try await world.queuedJob(of: ada, drop: "b.mp4")
        let second = try #require(try await world.ledger.jobs.takeNext())
        _ = try await world.ledger.jobs.fail(second.id, JobFailure(reason: "no-audio", message: "No sound."))
        try await running(port: server.port) { try await states(["sent": 4]) }
        let posts = try posts(server)
        #expect(posts.map(\.status) == [204, 204])
        #expect(posts.allSatisfy { $0.signed && $0.type == "application/json" && $0.id == $0.body.id })
        #expect(posts.map(\.body.account) == ["ada", "ada"])
        let results = posts.flatMap(\.body.results)
        #expect(results.map(\.event) == ["completed", "failed"])
        #expect(results.map(\.job) == ["\(job.id)", "\(second.id)"])
        #expect(results[0].name == "a\u{FFFD}.mp4")
        #expect(results[0].output == "a.mp3")
        #expect(results[0].link == "https://x/\(job.id)")
        #expect(results[1].reason == "no-audio")
        #expect(server.connections == 1)
        try await server.program.end()
    }

    @Test func `what the webhook cannot take now comes again with the same number, and what it refuses is kept`()
        async throws
    {
        let server = try await MailServer.start(
            "webhook_server.py", ["secret": Self.secret, "statuses": [503, 429, 204, 410]])
        let ada = try await world.account()
        try await world.ledger.accounts.setLetters(.none, ada.id)
        for drop in ["a", "b"] {
            try await world.ledger.letters.enqueue(.incomplete(after: 60), drop: DropPath(drop), for: ada.id)
        }
        try await running(port: server.port) { try await states(["sent": 1, "failed": 1]) }
        let posts = try posts(server)
        #expect(posts.map(\.status).sorted() == [204, 410, 429, 503])
        #expect(Set(posts.map(\.id)).count == 2)
        let failed = try #require(try await world.ledger.letters.list(state: "failed").first)
        #expect(failed.answer?.contains("answered 410: because") == true)
        try await server.program.end()
    }

    private func events(_ count: Int) async throws {
        let ada = try await world.account()
        try await world.ledger.accounts.setLetters(.none, ada.id)
        for number in 0..<count {
            try await world.ledger.letters.enqueue(.incomplete(after: 60), drop: DropPath("\(number)"), for: ada.id)
        }
        queued.ring()
    }

    @Test func `events that were dropped, or found nobody, come again with the same number`() async throws {
        let port = try freePort()
        try await events(3)
        try await running(port: port) {
            try await eventually("one was tried") {
                try await world.ledger.letters.list().contains { $0.letter.attempts > 0 }
            }
            let server = try await MailServer.start(
                "webhook_server.py", ["secret": Self.secret, "port": port, "statuses": [0, 0]])
            try await states(["sent": 3])
            let posts = try posts(server)
            #expect(posts.map(\.status).sorted() == [0, 0, 204, 204, 204])
            #expect(Set(posts.map(\.id)).count == 3)
            try await server.program.end()
        }
    }

    @Test func `a webhook that falls silent is given up for a while`() async throws {
        let server = try await MailServer.start("webhook_server.py", ["secret": Self.secret, "statuses": [-1]])
        let webhook = try #require(Webhook(url: "http://127.0.0.1:\(server.port)/", secret: Secret(Self.secret)))
        let connection = try WebhookConnection(
            to: webhook, timeouts: TransferTimeouts(connect: .seconds(3600), stall: .seconds(10)))
        let error = await #expect(throws: DeliveryError.self) { try await connection.post(Array("{}".utf8), id: "x") }
        #expect(error?.kind == .temporary)
        #expect(error?.concernsLetter == false)
        #expect(try await connection.post(Array("{}".utf8), id: "x") == 204)
        await connection.close()
        try await server.program.end()
    }

    @Test(arguments: [false, true]) func `over TLS its certificate must be right`(isExpired: Bool) async throws {
        let place = try TemporaryDirectory()
        let made = try await Certificate.make(in: place.url, isExpired: isExpired)
        let server = try await MailServer.start(
            "webhook_server.py",
            ["secret": Self.secret, "certificate": made.certificate.path, "key": made.key.path])
        let url = "https://localhost:\(server.port)/hook"
        let secret = Secret(Self.secret)
        var wrong = [(try #require(Webhook(url: url, secret: secret)), "certificate")]
        wrong.append((try #require(Webhook(url: url, secret: secret, caFile: place.path + "/none")), "CA file"))
        let right = try #require(Webhook(url: url, secret: secret, caFile: made.certificate.path))
        if isExpired { wrong.append((right, "expired")) }
        for (webhook, words) in wrong {
            let connection = try WebhookConnection(to: webhook)
            let error = await #expect(throws: DeliveryError.self) { try await connection.post([], id: "x") }
            #expect(error?.kind == .misconfigured)
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
        #expect(try posts(server).isEmpty)
        if !isExpired {
            try await events(2)
            try await running(right) { try await states(["sent": 2]) }
            #expect(try posts(server).map(\.signed) == [true, true])
        }
        try await server.program.end()
    }

    @Test func `a secret that is another's is seen`() async throws {
        let server = try await MailServer.start("webhook_server.py", ["secret": Self.secret])
        let ada = try await world.account()
        try await world.ledger.letters.enqueue(.incomplete(after: 60), drop: DropPath("a"), for: ada.id)
        try await running(port: server.port, secret: "fedcba9876543210") { try await states(["sent": 2]) }
        #expect(try posts(server).map(\.signed) == [false])
        try await server.program.end()
    }

    @Test(arguments: [
        ("https://example.org/hook", true), ("http://127.0.0.1:1/", true), ("http://[::1]:1/", true),
        ("http://example.org/", false), ("ftp://example.org/", false), ("https://", false), ("example.org", false),
        ("https://user:password@example.org/", false), ("https://example.org/ x", false),
        ("https://example.org/#x", false),
    ]) func `its address is checked`(url: String, isRight: Bool) {
        #expect((Webhook(url: url, secret: Secret(Self.secret)) != nil) == isRight)
    }
}
