import ConversionContract
import Domain
import Testing

@testable import Storage

/// Which of `JobLedger`'s moves each state allows. What is not allowed throws and changes nothing.
struct JobTransitionTests {
    enum Move: CaseIterable {
        case confirmClaim, take, requeue, publish, fail, cancel

        var destination: JobState {
            switch self {
            case .confirmClaim, .requeue: .queued
            case .take: .converting
            case .publish: .published
            case .fail: .failed
            case .cancel: .cancelled
            }
        }

        func callAsFunction(_ jobs: JobLedger, _ id: Job.ID) async throws -> Job {
            switch self {
            case .confirmClaim: return try await jobs.confirmClaim(id)
            case .take:
                let taken = try await jobs.takeNext()
                return try taken.orThrow(LedgerError.notInState(job: id, wanted: "converting"))
            case .requeue: return try await jobs.requeue(id)
            case .publish: return try await jobs.publish(id)
            case .fail: return try await jobs.fail(id, JobFailure(reason: "damaged", message: "Broken."))
            case .cancel: return try await jobs.cancel(id)
            }
        }
    }

    private static let allowed: [Move: Set<JobState>] = [
        .confirmClaim: [.claiming],
        .take: [.queued],
        .requeue: [.converting],
        .publish: [.converting],
        .fail: [.claiming, .queued, .converting],
        .cancel: [.queued, .converting],
    ]

    /// That *queued* may follow is not enough for `confirmClaim` and `requeue`: a claim that was cancelled with its account
    /// must not come to life again.
    @Test(arguments: Move.allCases, JobState.allCases)
    func `moves only from where it may`(move: Move, state: JobState) async throws {
        let world = try World()
        let jobs = world.ledger.jobs
        let job = try await world.job(state, of: try await world.account())
        let letters = try await world.ledger.letters.counts()
        if Self.allowed[move, default: []].contains(state) {
            #expect(try await move(jobs, job.id).state == move.destination)
            #expect(try await jobs.job(job.id)?.state == move.destination)
        } else {
            await #expect(throws: LedgerError.notInState(job: job.id, wanted: move.destination.rawValue)) {
                _ = try await move(jobs, job.id)
            }
            #expect(try await jobs.job(job.id) == job)
            #expect(try await world.ledger.letters.counts() == letters)
        }
    }

    @Test(arguments: JobState.allCases)
    func `only a claim can be abandoned`(state: JobState) async throws {
        let world = try World()
        let job = try await world.job(state, of: try await world.account())
        try await world.ledger.jobs.abandonClaim(job.id)
        #expect(try await world.ledger.jobs.job(job.id) == (state == .claiming ? nil : job))
    }

    @Test(arguments: JobState.allCases)
    func `only what is being converted gets an output`(state: JobState) async throws {
        let world = try World()
        let job = try await world.job(state, of: try await world.account())
        let output = try #require(DropPath("other.mp3"))
        do {
            try await world.ledger.jobs.reserveOutput(output, duration: 1, for: job.id)
            #expect(state == .converting)
            #expect(try await world.ledger.jobs.job(job.id)?.output == output)
        } catch {
            #expect(state != .converting)
            #expect(try await world.ledger.jobs.job(job.id) == job)
        }
    }

    @Test(arguments: Move.allCases.filter { $0 != .take })
    func `a job that is not there cannot be moved`(move: Move) async throws {
        let world = try World()
        await #expect(throws: LedgerError.notInState(job: 7, wanted: move.destination.rawValue)) {
            _ = try await move(world.ledger.jobs, 7)
        }
    }
}
