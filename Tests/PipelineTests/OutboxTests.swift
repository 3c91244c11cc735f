import Domain
import Foundation
import GRDB
import Logging
import Mail
import TestSupport
import Testing

@testable import Pipeline
@testable import Storage

/// Letters on their way to real servers.
struct OutboxTests {
    private let world: World
    private let queued = Doorbell()
    private let lettersAsked = Doorbell()
    private var letters: LetterQueue { world.ledger.letters }

    init() throws { world = try World() }

    /// Hasty, so that a test sees what comes of a retry.
    private let hasty = RetrySchedule(
        first: .milliseconds(20), longest: .milliseconds(200), serverFirst: .milliseconds(20),
        serverLongest: .milliseconds(200))

    private func composer() throws -> LetterComposer {
        LetterComposer(sender: try #require(EmailAddress("spool@example.org")))
    }

    private func running(
        port: Int, connections: Int = 1, retry: RetrySchedule? = nil, logger: Logger? = nil,
        _ body: () async throws -> Void
    ) async throws {
        let server = try SMTPServer(url: "smtp://127.0.0.1:\(port)", tls: .none)
        let delivery = LetterDelivery(to: .server(server), connections: connections, composer: try composer())
        try await running(delivery, retry: retry, logger: logger, body)
    }

    private func running(
        _ delivery: LetterDelivery, retry: RetrySchedule? = nil, logger: Logger? = nil,
        _ body: () async throws -> Void
    ) async throws {
        let outbox = Outbox(
            ledger: world.ledger, tree: world.tree, live: world.live, delivery: delivery, retry: retry ?? hasty,
            letterQueued: queued, lettersAsked: lettersAsked, logger: logger ?? world.logger)
        try await keepRunning({ try await outbox.run() }, during: body)
    }

    private func queue(_ count: Int) async throws {
        let ada = try await world.account()
        for number in 0..<count {
            try await letters.enqueue(.incomplete(after: 60), drop: DropPath("\(number).mp4"), for: ada.id)
        }
        queued.ring()
    }

    private func sent(_ count: Int) async throws {
        try await eventually("\(count) letters are sent") { try await letters.counts() == ["sent": count] }
    }

    @Test(arguments: [1, 3]) func `connections are bounded and used again`(connections: Int) async throws {
        let server = try await MailServer.start("scripted_server.py")
        try await queue(30)
        try await running(port: server.port, connections: connections) { try await sent(30) }
        #expect(server.taken.count == 30)
        #expect(Set(server.taken.map(\.id)).count == 30)
        #expect((1...connections).contains(server.connections))
        try await server.program.end()
    }

    @Test func `a server that takes a few messages a connection is asked for another`() async throws {
        let server = try await MailServer.start("scripted_server.py", ["most": 3])
        try await queue(10)
        try await running(port: server.port) { try await sent(10) }
        #expect(server.connections == 4)
        #expect(server.mostConnections == 1)
        #expect(try await letters.list().allSatisfy { $0.letter.attempts == 1 })
        try await server.program.end()
    }

    @Test(arguments: [
        ("RCPT", ["450 4.2.0 busy"]), ("RCPT", ["452 4.2.2 full"]), ("RCPT", ["554 5.7.1 relay access denied"]),
        ("END", ["451 4.3.0 later"]),
        ("CONTENT", nil), ("MAIL", ["421 4.3.2 closing"]), ("GREETING", ["421 4.3.2 closing"]), ("EHLO", nil),
        ("MAIL", nil), ("RCPT", nil), ("DATA", nil),
    ]) func `what is temporary is tried again, with the same Message-ID`(verb: String, reply: [String]?) async throws {
        let faults: [Any] = [reply.map { $0 as Any } ?? NSNull(), reply.map { $0 as Any } ?? NSNull()]
        let server = try await MailServer.start("scripted_server.py", ["first": [verb: faults]])
        try await queue(3)
        let tokens = try await letters.list().map { "<\($0.letter.token)@example.org>" }
        try await running(port: server.port) { try await sent(3) }
        #expect(Set(server.taken.map(\.id)) == Set(tokens))
        #expect(server.taken.count == 3)
        #expect(try await letters.list().map(\.letter.attempts).reduce(0, +) == 5)
        try await server.program.end()
    }

    /// Before there is a word of letters: at STARTTLS, in TLS's handshake, and in the login.
    @Test func `what goes wrong on the way in is tried again`() async throws {
        let place = try TemporaryDirectory()
        let made = try await Certificate.make(in: place.url)
        let server = try await MailServer.start(
            "scripted_server.py",
            [
                "tls": ["certificate": made.certificate.path, "key": made.key.path],
                "replies": [
                    "EHLO": ["250-scripted.test", "250-STARTTLS", "250 AUTH PLAIN"], "STARTTLS": ["220 go ahead"],
                    "AUTH": ["334 "], "CONTINUE": ["235 2.7.0 welcome"],
                ],
                "first": [
                    "STARTTLS": [["454 4.7.0 not now"], NSNull()] as [Any], "TLS": [NSNull()], "AUTH": [NSNull()],
                    "CONTINUE": [NSNull()],
                ],
            ])
        try await queue(1)
        let smtp = try SMTPServer(
            url: "smtp://localhost:\(server.port)", username: "ada", password: Secret("s3cret-word"),
            caFile: made.certificate.path)
        try await running(LetterDelivery(to: .server(smtp), composer: try composer())) { try await sent(1) }
        #expect(server.taken.count == 1)
        #expect(try await letters.list().map(\.letter.attempts) == [6])
        try await server.program.end()
    }

    /// What one connection gets through is no news of those that the server does not allow.
    @Test func `a server that allows fewer connections is not asked for more over and over`() async throws {
        let server = try await MailServer.start("scripted_server.py", ["most_connections": 1])
        try await queue(60)
        // Whoever is refused is held for longer than the letters take.
        let retry = RetrySchedule(serverFirst: .seconds(3600), serverLongest: .seconds(3600))
        try await running(port: server.port, connections: 3, retry: retry) { try await sent(60) }
        #expect(server.taken.map(\.connection) == Array(repeating: server.taken.first?.connection, count: 60))
        #expect(Set(server.taken.map(\.id)).count == 60)
        // Each of the others may be refused once before the first letter is through, and once after it.
        #expect(server.connections <= 5)
        let tries = try await letters.list(limit: 60).map(\.letter.attempts).reduce(0, +)
        #expect(tries == 60 + server.connections - 1)
        try await server.program.end()
    }

    @Test func `what was asked for is given up once its link is of no use`() async throws {
        let server = try await MailServer.start("scripted_server.py")
        let ada = try await world.account()
        try await letters.enqueue(.resetPassword(link: "https://example.org/old", expires: .now - 1), for: ada.id)
        try await letters.enqueue(.resetPassword(link: "https://example.org/new", expires: .now + 3600), for: ada.id)
        queued.ring()
        try await running(port: server.port) {
            try await eventually("one is sent") { try await letters.counts() == ["sent": 1, "failed": 1] }
        }
        #expect(server.taken.count == 1)
        #expect(try server.messages().first?.contains("example.org/new") == true)
        let failed = try #require(try await letters.list(state: "failed").first)
        #expect(failed.answer?.contains("was good until") == true)
        try await server.program.end()
    }

    /// Nobody can know whether it arrived: the repeat is recognisable.
    @Test func `a connection lost after the last dot brings the same message again`() async throws {
        let server = try await MailServer.start("scripted_server.py", ["first": ["END": [NSNull()]]])
        try await queue(1)
        try await running(port: server.port) { try await sent(1) }
        #expect(server.taken.count == 2)
        #expect(Set(server.taken.map(\.id)).count == 1)
        let messages = try server.messages()
        #expect(messages.count == 2 && messages[0] == messages[1])
        try await server.program.end()
    }

    @Test func `what is permanent is kept with its answer, and holds up nobody`() async throws {
        let server = try await MailServer.start(
            "scripted_server.py", ["first": ["RCPT": [["550 5.1.1 no such user"]]]])
        try await queue(3)
        try await running(port: server.port) {
            try await eventually("two are sent") { try await letters.counts() == ["sent": 2, "failed": 1] }
            let failed = try #require(try await letters.list(state: "failed").first)
            #expect(failed.answer?.contains("550 5.1.1 no such user") == true)
            #expect(try await letters.retry(failed.letter.id) == 1)
            lettersAsked.ring()
            try await sent(3)
        }
        #expect(server.taken.count == 3)
        try await server.program.end()
    }

    @Test func `letters wait while the server is down, and all arrive when it is up`() async throws {
        let port = try freePort()
        try await queue(20)
        let bell = Doorbell()
        let logger = Logger(label: "test") { _ in WarningBell(bell: bell) }
        // Few tries, however long the server is down.
        let retry = RetrySchedule(serverFirst: .milliseconds(500), serverLongest: .seconds(60))
        try await running(port: port, connections: 2, retry: retry, logger: logger) {
            await bell.waitUntilRung(3)
            #expect(try await letters.counts() == ["queued": 20])
            // One or two at a time find out; the others are not tried in vain.
            #expect(try await letters.list().count { $0.letter.attempts > 0 } < 20)
            let server = try await MailServer.start("scripted_server.py", ["port": port])
            try await sent(20)
            #expect(server.taken.count == 20)
            try await server.program.end()
        }
    }

    @Test(arguments: [("RCPT", "450 4.2.0 busy"), ("GREETING", "421 4.3.2 closing")])
    func `after five days a letter is given up`(verb: String, reply: String) async throws {
        let server = try await MailServer.start("scripted_server.py", ["replies": [verb: [reply]]])
        try await queue(2)
        try await world.ledger.database.write { database in
            try database.execute(sql: "UPDATE letter SET since = since - 5 * 86400 WHERE id = 1")
        }
        try await running(port: server.port) {
            try await eventually("the old one is given up") {
                try await letters.counts() == ["failed": 1, "queued": 1]
            }
            try await eventually("the other is tried on") {
                try await letters.list(state: "queued").first.map { $0.letter.attempts > 2 } ?? false
            }
        }
        #expect(try await letters.list(state: "failed").map(\.letter.id) == [1])
        try await server.program.end()
    }

    @Test func `a letter that was sent but could not be marked is not sent again`() async throws {
        let server = try await MailServer.start("scripted_server.py")
        try await queue(1)
        try await world.ledger.database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full BEFORE UPDATE ON letter WHEN NEW.state = 'sent'
                    BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
                    """)
        }
        let bell = Doorbell()
        try await running(port: server.port, logger: Logger(label: "test") { _ in WarningBell(bell: bell) }) {
            await bell.waitUntilRung(1)
            try await world.ledger.database.write { try $0.execute(sql: "DROP TRIGGER full") }
            try await sent(1)
        }
        #expect(server.taken.count == 1)
        try await server.program.end()
    }

    @Test func `a file is written once for each letter`() async throws {
        try await queue(2)
        let place = try TemporaryDirectory()
        try await running(LetterDelivery(to: .directory(place.path), composer: composer())) { try await sent(2) }
        try await world.ledger.database.write { try $0.execute(sql: "UPDATE letter SET state = 'sending'") }
        try await running(LetterDelivery(to: .directory(place.path), composer: composer())) { try await sent(2) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).count == 2)
    }
}
