import ConversionContract
import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct LetterQueueTests {
    private let world: World
    private var letters: LetterQueue { world.ledger.letters }

    init() throws { world = try World() }

    @Test func `publishing queues one letter that says what there is`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.published, of: ada)
        let letter = try #require(try await letters.takeNext(.mail))
        #expect(try await letters.takeNext(.mail) == nil)
        #expect(letter.account == ada.id)
        #expect(letter.accountName == ada.name)
        #expect(letter.recipient == .address(ada.email))
        #expect(letter.items.map(\.drop) == [job.drop])
        #expect(letter.items.map(\.job) == [job.id])
        #expect(
            letter.items.map(\.subject) == [
                .completed(output: try #require(DropPath("talks/film.mp3")), duration: 2.5)
            ])
        #expect(letter.attempts == 0)
        #expect(letter.token.hasPrefix("job-\(job.id)-"))
        #expect(try await letters.counts() == ["queued": 1])
    }

    @Test func `failing queues one letter that says why`() async throws {
        let job = try await world.job(.failed, of: try await world.account())
        let letter = try #require(try await letters.takeNext(.mail))
        #expect(
            letter.items.map(\.subject) == [.failed(JobFailure(reason: "no-audio", message: "There is no sound."))])
        #expect(letter.items.first?.drop == job.drop)
    }

    @Test(arguments: [JobState.claiming, .queued, .converting, .cancelled])
    func `nothing else queues a letter`(state: JobState) async throws {
        _ = try await world.job(state, of: try await world.account())
        #expect(try await letters.counts() == [:])
    }

    @Test(arguments: ["published", "failed"], ["letter", "letterItem"])
    func `the state and its letter are of one transaction`(state: String, table: String) async throws {
        let job = try await world.job(.converting, of: try await world.account())
        try await world.ledger.jobs.reserveOutput(try #require(DropPath("a.mp3")), duration: 1, for: job.id)
        let converting = try await world.ledger.jobs.job(job.id)
        try await world.ledger.database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON \(table) BEGIN SELECT RAISE(ABORT, 'no room for letters'); END
                    """)
        }
        await #expect(throws: DatabaseError.self) {
            _ =
                state == "published"
                ? try await world.ledger.jobs.publish(job.id)
                : try await world.ledger.jobs.fail(job.id, JobFailure(reason: "x", message: "y"))
        }
        #expect(try await world.ledger.jobs.job(job.id) == converting)
        #expect(try await letters.counts() == [:])
    }

    @Test func `letters go out oldest first`() async throws {
        let ada = try await world.account()
        for number in 0..<3 { _ = try await world.job(.published, of: ada, drop: "\(number)") }
        var taken: [Letter] = []
        while let letter = try await letters.takeNext(.mail) { taken.append(letter) }
        #expect(taken.compactMap(\.items.first?.drop?.display) == ["0", "1", "2"])
        #expect(Set(taken.map(\.token)).count == 3)
    }

    @Test func `a letter that was sent is not due any more`() async throws {
        _ = try await world.job(.published, of: try await world.account())
        let letter = try #require(try await letters.takeNext(.mail))
        try await letters.markSent(letter.id, answer: "250 OK")
        #expect(try await letters.takeNext(.mail) == nil)
        #expect(try await letters.nextDue(.mail) == nil)
        #expect(try await letters.counts() == ["sent": 1])
        #expect(try await letters.recover() == 0)
    }

    @Test func `a letter that is being sent is taken by nobody else, and again after a kill`() async throws {
        _ = try await world.job(.published, of: try await world.account())
        let letter = try #require(try await letters.takeNext(.mail))
        #expect(try await letters.takeNext(.mail) == nil)
        #expect(try await letters.counts() == ["queued": 1])
        let again = try Ledger(state: world.state).letters
        #expect(try await again.takeNext(.mail) == nil)
        #expect(try await again.recover() == 1)
        #expect(try await again.takeNext(.mail) == letter)
    }

    @Test func `a letter that was put off keeps its token and counts its tries`() async throws {
        _ = try await world.job(.published, of: try await world.account())
        let letter = try #require(try await letters.takeNext(.mail))
        let later = Date.now + 3600
        try await letters.postpone(letter.id, until: later, answer: "451 later")
        #expect(try await letters.takeNext(.mail) == nil)
        #expect(abs(try #require(try await letters.nextDue(.mail)).timeIntervalSince(later)) < 0.001)
        #expect(try await letters.counts() == ["queued": 1])
        try await letters.postpone(letter.id, until: .now - 1, answer: "451 later")
        let again = try #require(try await letters.takeNext(.mail))
        #expect(again.attempts == 2)
        #expect(again.token == letter.token)
        #expect(again.created == letter.created)
    }

    @Test func `a letter that was given up is kept, and can be tried again`() async throws {
        _ = try await world.job(.failed, of: try await world.account())
        let letter = try #require(try await letters.takeNext(.mail))
        try await letters.giveUp(letter.id, answer: "550 no such user")
        #expect(try await letters.takeNext(.mail) == nil)
        #expect(try await letters.nextDue(.mail) == nil)
        #expect(try await letters.counts() == ["failed": 1])
        let record = try #require(try await letters.list(state: "failed").first)
        #expect(record.answer == "550 no such user")
        #expect(record.letter.attempts == 1)
        #expect(try await letters.retry(letter.id) == 1)
        #expect(try await letters.retry(99) == 0)
        let again = try #require(try await letters.takeNext(.mail))
        #expect(again.token == letter.token)
        #expect(again.since > letter.since)
        #expect(again.attempts == 0)
        #expect(again.created == letter.created)
    }

    /// The address may have changed since: a letter goes where its owner was when the job ended.
    @Test func `a letter has its own copy of what it says`() async throws {
        let ada = try await world.account()
        _ = try await world.job(.published, of: ada)
        try await world.ledger.accounts.remove(ada.id)
        #expect(try await letters.takeNext(.mail)?.recipient == .address(ada.email))
    }

    @Test(arguments: ["UPDATE letter SET recipient = 'nobody' WHERE id = 1", "DELETE FROM letterItem WHERE letter = 1"])
    func `a letter that cannot be read does not hold up the others`(damage: String) async throws {
        let ada = try await world.account()
        _ = try await world.job(.published, of: ada, drop: "bad")
        _ = try await world.job(.published, of: ada, drop: "good")
        try await world.ledger.database.write { try $0.execute(sql: damage) }
        #expect(try await letters.takeNext(.mail)?.items.first?.drop?.display == "good")
        #expect(try await letters.counts() == ["queued": 1, "failed": 1])
    }

    @Test func `old letters are forgotten, and what they told with them`() async throws {
        let ada = try await world.account()
        for drop in ["a", "b", "c"] { _ = try await world.job(.published, of: ada, drop: drop) }
        try await letters.markSent(try #require(try await letters.takeNext(.mail)).id, answer: "250")
        try await letters.giveUp(try #require(try await letters.takeNext(.mail)).id, answer: "550")
        #expect(try await letters.prune(sentBefore: .now - 60, failedBefore: .now - 60) == 0)
        #expect(try await letters.prune(sentBefore: .now + 60, failedBefore: .now - 60) == 1)
        #expect(try await letters.counts() == ["failed": 1, "queued": 1])
        #expect(try await letters.prune(sentBefore: .now + 60, failedBefore: .now + 60) == 1)
        let items = try await world.ledger.database.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM letterItem")
        }
        #expect(items == 1)
    }
}
