import ConversionContract
import Domain
import FoundationEssentials
import Storage

/// Picks one account's news out of everybody's.
struct JobNews {
    let jobs: Jobs
    /// Whether a converting job is the account's. Only jobs on their way are remembered, so this stays small.
    private var isMine: [Job.ID: Bool] = [:]

    init(_ jobs: Jobs) { self.jobs = jobs }

    private struct Progress: Encodable {
        let id: String
        /// 0 to 1; absent where the length is not known.
        let progress: Double?
        /// Seconds that it will take yet; absent while there is no telling.
        let left: Double?
        /// Seconds of sound converted.
        let position: Double
    }

    /// The event to send for a piece of news; nil where it is somebody else's.
    mutating func event(for news: LiveState.Event) async throws -> ServerSentEvent? {
        switch news {
        case .waiting(let account, let drops):
            guard account == jobs.account.id else { return nil }
            let documents = drops.map { JobDocument($0, of: jobs.account) }
            return try Self.event("waiting", JobList(jobs: documents, next: nil))
        case .job(let job):
            isMine[job.id] = job.state.isFinal ? nil : job.account == jobs.account.id
            guard job.account == jobs.account.id else { return nil }
            return try Self.event("job", await jobs.document(job))
        case .progress(let id, let progress):
            guard try await belongs(id) else { return nil }
            return try Self.event(
                "progress",
                Progress(
                    id: String(id), progress: progress.fraction, left: jobs.live.timeLeft(of: id)?.inSeconds,
                    position: progress.position))
        case .returned(let job):
            isMine[job.id] = nil
            guard job.account == jobs.account.id else { return nil }
            return try Self.event("returned", ["id": String(job.id)])
        case .letter, .sessionsEnded: return nil
        }
    }

    private mutating func belongs(_ id: Job.ID) async throws -> Bool {
        if let known = isMine[id] { return known }
        let job = try await jobs.ledger.jobs.job(id)
        let answer = job?.account == jobs.account.id
        if job?.state.isFinal == false { isMine[id] = answer }
        return answer
    }

    private static func event(_ name: String, _ value: some Encodable) throws -> ServerSentEvent {
        ServerSentEvent(name: name, data: String(decoding: try JSONText.data(value), as: UTF8.self))
    }
}
