import Domain
import LinuxSystem
import Storage

/// One account's jobs and waiting drops, as documents.
struct Jobs: Sendable {
    let ledger: Ledger
    let tree: AccountTree
    let live: LiveState
    let account: Account

    func document(_ job: Job) async throws -> JobDocument {
        document(job, takenAway: try await takenAway([job]))
    }

    private func documents(_ jobs: some Collection<Job>) async throws -> [JobDocument] {
        let takenAway = try await takenAway(jobs)
        return jobs.map { document($0, takenAway: takenAway) }
    }

    private func document(_ job: Job, takenAway: Set<DropPath>) -> JobDocument {
        JobDocument(
            job, of: account, progress: live.progress(of: job.id), left: live.timeLeft(of: job.id),
            isTakenAway: job.state == .published && job.output.map(takenAway.contains) == true)
    }

    /// The MP3s that their owner took away. All are looked for at once: each would cost a thread.
    private func takenAway(_ jobs: some Collection<Job>) async throws -> Set<DropPath> {
        let outputs = jobs.filter { $0.state == .published }.compactMap(\.output)
        guard !outputs.isEmpty else { return [] }
        return try await onBlockingThread { [tree, account] in tree.takenAway(outputs, from: account.name) }
    }

    /// The drops that wait; they are newer than any job.
    func waiting() -> [JobDocument] {
        live.waiting(of: account.id).map { JobDocument($0, of: account) }
    }

    func list(_ query: JobQuery) async throws -> JobList {
        let waiting = query.before == nil ? waiting() : []
        let state: JobState?
        switch query.state {
        case .waiting: return JobList(jobs: waiting, next: nil)
        case .any: state = nil
        case .only(let only): state = only
        }
        // One more than asked for tells whether another page follows.
        let found = try await ledger.jobs.jobs(
            of: account.id, in: state, before: query.before, limit: query.limit + 1)
        let jobs = found.prefix(query.limit)
        return JobList(
            jobs: (state == nil ? waiting : []) + (try await documents(jobs)),
            next: found.count > query.limit ? jobs.last.map { String($0.id) } : nil)
    }

    /// The account's own job; what belongs to others does not exist.
    func job(_ id: Job.ID?) async throws -> Job {
        guard let id, let job = try await ledger.jobs.job(id), job.account == account.id else {
            throw Problem.notFound("You have no job of this number.")
        }
        return job
    }
}

extension Jobs {
    init(_ world: World, of account: Account) {
        self.init(ledger: world.ledger, tree: world.tree, live: world.live, account: account)
    }
}
