import Domain
import Synchronization

/// Jobs whose claim broke off and could not be undone, because the ledger failed too. Recovery sees to them at a start;
/// this is for the service that goes on.
final class BrokenClaims: Sendable {
    private let jobs = Mutex<Set<Job.ID>>([])

    var all: [Job.ID] { jobs.withLock { $0.sorted() } }

    func insert(_ job: Job.ID) { jobs.withLock { _ = $0.insert(job) } }

    func remove(_ job: Job.ID) { jobs.withLock { _ = $0.remove(job) } }
}
