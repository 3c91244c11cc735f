import ConversionContract
import Domain
import Foundation
import Testing

@testable import Storage

struct JobLedgerTests {
    private let world: World
    private var jobs: JobLedger { world.ledger.jobs }

    init() throws { world = try World() }

    private func queue(_ account: Account, _ drop: String) async throws -> Job {
        let claim = try await jobs.beginClaim(
            account: account.id, drop: try #require(DropPath(drop)), preset: .standard, size: 1)
        return try await jobs.confirmClaim(claim.id)
    }

    @Test func `a claim holds what was claimed`() async throws {
        let ada = try await world.account()
        let drop = try #require(DropPath(bytes: [0x61, 0xFF, 0x2F, 0x0A]))
        let before = Date.now
        let job = try await jobs.beginClaim(account: ada.id, drop: drop, preset: .voice, size: 1 << 40)
        #expect(job.account == ada.id)
        #expect(job.drop == drop)
        #expect(job.preset == .voice)
        #expect(job.size == 1 << 40)
        #expect(job.state == .claiming)
        #expect(job.attempts == 0)
        #expect((before...Date.now).contains(job.created))
        #expect(try await jobs.job(job.id) == job)
    }

    @Test func `a claim needs an account`() async throws {
        let drop = try #require(DropPath("a"))
        await #expect(throws: (any Error).self) {
            _ = try await jobs.beginClaim(account: 7, drop: drop, preset: .standard, size: 1)
        }
    }

    @Test func `numbers are not given again`() async throws {
        let ada = try await world.account()
        let first = try await queue(ada, "a")
        let claim = try await world.job(.claiming, of: ada)
        try await jobs.abandonClaim(claim.id)
        let next = try await queue(ada, "b")
        #expect([first.id, claim.id, next.id] == [first.id, first.id + 1, first.id + 2])
    }

    // MARK: Taking

    @Test func `the oldest is next and its attempt is counted`() async throws {
        let ada = try await world.account()
        let ids = [try await queue(ada, "z").id, try await queue(ada, "a").id]
        let first = try #require(try await jobs.takeNext())
        #expect(first.id == ids[0])
        #expect(first.state == .converting)
        #expect(first.attempts == 1)
        #expect(try await jobs.requeue(first.id).attempts == 1)
        #expect(try await jobs.takeNext()?.attempts == 2)
        #expect(try await jobs.takeNext()?.id == ids[1])
        #expect(try await jobs.takeNext() == nil)
    }

    @Test func `one account's many jobs do not hold up another's one`() async throws {
        let (ada, bob, carl) = (
            try await world.account("ada"), try await world.account("bob"), try await world.account("carl")
        )
        for number in 0..<10 { _ = try await queue(ada, "\(number)") }
        _ = try await queue(bob, "x")
        _ = try await queue(bob, "y")
        _ = try await queue(carl, "z")
        var order: [Account.ID] = []
        while let job = try await jobs.takeNext(), order.count < 7 { order.append(job.account) }
        #expect(order == [ada, bob, carl, ada, bob, ada, ada].map(\.id))
    }

    @Test func `a finished job does not count against its account`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        _ = try await world.job(.published, of: ada)
        let next = try await queue(ada, "a")
        _ = try await queue(bob, "b")
        #expect(try await jobs.takeNext()?.id == next.id)
    }

    @Test func `a job that waits out a pause is not taken before it is over`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.converting, of: ada)
        let later = Date.now + 3600
        _ = try await jobs.requeue(job.id, notBefore: later)
        #expect(try await jobs.takeNext() == nil)
        #expect(abs(try #require(try await jobs.nextRetry()).timeIntervalSince(later)) < 0.001)
        let other = try await queue(ada, "b")
        #expect(try await jobs.takeNext()?.id == other.id)
        #expect(try await jobs.nextRetry() != nil)
    }

    @Test func `where nothing is queued there is no retry`() async throws {
        _ = try await world.job(.converting, of: try await world.account())
        #expect(try await jobs.nextRetry() == nil)
    }

    @Test func `requeueing forgets the output that was reserved`() async throws {
        let job = try await world.job(.converting, of: try await world.account())
        try await jobs.reserveOutput(try #require(DropPath("a.mp3")), duration: 3, for: job.id)
        let queued = try await jobs.requeue(job.id)
        #expect(queued.output == nil)
        #expect(queued.duration == nil)
    }

    @Test func `a waveform is written down with the output, and goes with the job`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.converting, of: ada)
        let output = try #require(DropPath("a.mp3"))
        #expect(try await jobs.waveform(of: job.id) == nil)
        try await jobs.reserveOutput(output, duration: 3, waveform: Data([1, 2]), for: job.id)
        try await jobs.reserveOutput(output, duration: 3, waveform: Data([3, 255, 0]), for: job.id)
        #expect(try await jobs.waveform(of: job.id) == Data([3, 255, 0]))
        _ = try await jobs.publish(job.id)
        #expect(try await jobs.waveform(of: job.id) == Data([3, 255, 0]))
        #expect(try await jobs.waveform(of: job.id + 1) == nil)
        try await world.ledger.accounts.remove(ada.id)
        #expect(try await jobs.waveform(of: job.id) == nil)
    }

    @Test func `the waveform of an attempt that made none is not the one before`() async throws {
        let job = try await world.job(.converting, of: try await world.account())
        let output = try #require(DropPath("a.mp3"))
        try await jobs.reserveOutput(output, duration: 3, waveform: Data([1, 2]), for: job.id)
        try await jobs.reserveOutput(output, duration: 3, for: job.id)
        #expect(try await jobs.waveform(of: job.id) == nil)
    }

    @Test func `every job is taken once, by whoever asks`() async throws {
        let ada = try await world.account()
        for number in 0..<60 { _ = try await queue(ada, "\(number)") }
        let other = try Ledger(state: world.state)
        let taken = try await withThrowingTaskGroup(of: [Job.ID].self) { group in
            for jobs in [jobs, other.jobs, jobs, other.jobs] {
                group.addTask {
                    var ids: [Job.ID] = []
                    while let job = try await jobs.takeNext() { ids.append(job.id) }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.count == 60)
        #expect(Set(taken).count == 60)
    }

    // MARK: Ending

    @Test func `a failure is written down`() async throws {
        let job = try await world.job(.converting, of: try await world.account())
        try await jobs.reserveOutput(try #require(DropPath("a.mp3")), duration: 3, for: job.id)
        let failed = try await jobs.fail(job.id, JobFailure(reason: "no-audio", message: "There is no sound."))
        #expect(failed.failure == JobFailure(reason: "no-audio", message: "There is no sound."))
        #expect(failed.output == nil)
        #expect(failed.duration == nil)
        #expect(try #require(failed.finished) >= failed.created)
    }

    // MARK: Reading

    @Test func `jobs are listed newest first, by account and state, in pages`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let first = try await world.job(.published, of: ada)
        let second = try await world.job(.failed, of: ada)
        let third = try await world.job(.published, of: bob)
        let fourth = try await world.job(.converting, of: ada)
        func ids(_ jobs: [Job]) -> [Job.ID] { jobs.map(\.id) }
        #expect(try await ids(jobs.jobs()) == [fourth, third, second, first].map(\.id))
        #expect(try await ids(jobs.jobs(of: ada.id)) == [fourth, second, first].map(\.id))
        #expect(try await ids(jobs.jobs(in: .published)) == [third, first].map(\.id))
        #expect(try await ids(jobs.jobs(of: ada.id, in: .published)) == [first.id])
        #expect(try await ids(jobs.jobs(limit: 2)) == [fourth, third].map(\.id))
        #expect(try await ids(jobs.jobs(before: third.id, limit: 2)) == [second, first].map(\.id))
        #expect(try await jobs.jobs(of: 99).isEmpty)
        #expect(try await jobs.job(99) == nil)
    }

    @Test func `what a stop left on its way is found, oldest first`() async throws {
        let ada = try await world.account()
        for state in [JobState.published, .failed, .cancelled] { _ = try await world.job(state, of: ada) }
        let converting = try await world.job(.converting, of: ada)
        _ = try await world.job(.queued, of: ada)
        let claiming = try await world.job(.claiming, of: ada)
        #expect(try await jobs.unfinished().map(\.id) == [converting.id, claiming.id])
    }

    @Test func `jobs are counted by state`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        for state in [JobState.published, .published, .failed, .converting, .queued] {
            _ = try await world.job(state, of: ada)
        }
        _ = try await world.job(.failed, of: bob)
        #expect(try await jobs.counts() == [.published: 2, .failed: 2, .converting: 1, .queued: 1])
        #expect(try await jobs.counts(of: ada.id) == [.published: 2, .failed: 1, .converting: 1, .queued: 1])
        // What has not ended is of today whenever it came.
        #expect(try await jobs.counts(since: .now + 60) == [.converting: 1, .queued: 1])
    }
}
