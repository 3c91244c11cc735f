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
        let due = try await letters.due(limit: 10)
        let letter = try #require(due.first)
        #expect(due.count == 1)
        #expect(letter.accountName == ada.name)
        #expect(letter.recipient == ada.email)
        #expect(letter.drop == job.drop)
        #expect(letter.subject == .completed(output: try #require(DropPath("talks/film.mp3")), duration: 2.5))
        #expect(letter.attempts == 0)
        #expect(!letter.token.isEmpty)
        #expect(try await letters.counts() == ["queued": 1])
    }

    @Test func `failing queues one letter that says why`() async throws {
        let job = try await world.job(.failed, of: try await world.account())
        let due = try await letters.due(limit: 10)
        #expect(due.map(\.subject) == [.failed(JobFailure(reason: "no-audio", message: "There is no sound."))])
        #expect(due.first?.drop == job.drop)
    }

    @Test(arguments: [JobState.claiming, .queued, .converting, .cancelled])
    func `nothing else queues a letter`(state: JobState) async throws {
        _ = try await world.job(state, of: try await world.account())
        #expect(try await letters.counts() == [:])
    }

    @Test(arguments: ["published", "failed"])
    func `the state and its letter are of one transaction`(state: String) async throws {
        let job = try await world.job(.converting, of: try await world.account())
        try await world.ledger.jobs.reserveOutput(try #require(DropPath("a.mp3")), duration: 1, for: job.id)
        let converting = try await world.ledger.jobs.job(job.id)
        try await world.ledger.database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON letter BEGIN SELECT RAISE(ABORT, 'no room for letters'); END
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

    @Test func `letters go out oldest first, so many at a time`() async throws {
        let ada = try await world.account()
        for number in 0..<3 { _ = try await world.job(.published, of: ada, drop: "\(number)") }
        #expect(try await letters.due(limit: 2).map(\.drop.display) == ["0", "1"])
        #expect(Set(try await letters.due(limit: 9).map(\.token)).count == 3)
    }

    @Test func `a letter that was sent is not due any more`() async throws {
        _ = try await world.job(.published, of: try await world.account())
        let letter = try #require(try await letters.due(limit: 1).first)
        try await letters.markSent(letter.id, answer: "250 OK")
        #expect(try await letters.due(limit: 1).isEmpty)
        #expect(try await letters.nextDue() == nil)
        #expect(try await letters.counts() == ["sent": 1])
    }

    @Test func `a letter that was put off keeps its token and counts its tries`() async throws {
        _ = try await world.job(.published, of: try await world.account())
        let letter = try #require(try await letters.due(limit: 1).first)
        let later = Date.now + 3600
        try await letters.postpone(letter.id, until: later, answer: "451 later")
        #expect(try await letters.due(limit: 1).isEmpty)
        #expect(abs(try #require(try await letters.nextDue()).timeIntervalSince(later)) < 0.001)
        #expect(try await letters.counts() == ["queued": 1])
        try await letters.postpone(letter.id, until: .now - 1, answer: "451 later")
        let again = try #require(try await letters.due(limit: 1).first)
        #expect(again.attempts == 2)
        #expect(again.token == letter.token)
        #expect(again.created == letter.created)
    }

    @Test func `a letter that was given up is kept for the administrator`() async throws {
        _ = try await world.job(.failed, of: try await world.account())
        let letter = try #require(try await letters.due(limit: 1).first)
        try await letters.giveUp(letter.id, answer: "550 no such user")
        #expect(try await letters.due(limit: 1).isEmpty)
        #expect(try await letters.nextDue() == nil)
        #expect(try await letters.counts() == ["failed": 1])
    }

    /// The address may have changed since: a letter goes where its owner was when the job ended.
    @Test func `a letter has its own copy of what it says`() async throws {
        let ada = try await world.account()
        _ = try await world.job(.published, of: ada)
        try await world.ledger.accounts.remove(ada.id)
        #expect(try await letters.due(limit: 1).map(\.recipient) == [ada.email])
    }

    // DEFECT: one row that cannot be read keeps every other letter from going out.
    @Test func `a letter that cannot be read does not hold up the others`() async throws {
        let ada = try await world.account()
        _ = try await world.job(.published, of: ada, drop: "bad")
        _ = try await world.job(.published, of: ada, drop: "good")
        try await world.ledger.database.write { database in
            try database.execute(sql: "UPDATE letter SET recipient = 'nobody' WHERE id = 1")
        }
        #expect(try await letters.due(limit: 10).map(\.drop.display) == ["good"])
    }
}
