import ConversionContract
import Domain
import FoundationEssentials

/// A job, or a drop that waits, as the interface writes it. Every member is always there; what is not known is null.
struct JobDocument: Encodable, Equatable {
    static let waiting = "waiting"

    /// Null for a drop that waits: it is not a job yet.
    let id: String?
    let name: String
    let account: String
    /// `waiting`, `queued`, `converting`, `published`, `failed` or `cancelled`.
    let state: String
    /// 0 to 1.
    let progress: Double?
    /// Seconds that the conversion will take yet; null while there is no telling.
    let left: Double?
    let preset: Preset
    /// A word for programs.
    let reason: String?
    /// A sentence for people.
    let message: String?
    let created: Date?
    let finished: Date?
    /// The MP3's path below the outbox; null where it is not there, or no longer.
    let output: String?

    /// - Parameter isTakenAway: Whether the MP3 is no longer in the outbox.
    init(
        _ job: Job, of account: Account, progress: ConversionProgress?, left: Duration? = nil, isTakenAway: Bool = false
    ) {
        id = String(job.id)
        name = job.drop.display
        self.account = account.name.text
        state = job.state.publicName
        self.progress =
            switch job.state {
            case .converting: progress?.fraction
            case .published: 1
            default: nil
            }
        self.left = job.state == .converting ? left?.inSeconds : nil
        preset = job.preset
        reason = job.failure?.reason
        message =
            isTakenAway
            ? "The MP3 is no longer in the outbox: it was taken out or removed." : job.failure?.message ?? job.note
        created = job.created
        finished = job.finished
        // Before that it is a name that was only reserved.
        output = job.state == .published && !isTakenAway ? job.output?.display : nil
    }

    init(_ waiting: WaitingDrop, of account: Account) {
        id = nil
        name = waiting.drop.display
        self.account = account.name.text
        state = Self.waiting
        progress = nil
        left = nil
        preset = waiting.drop.preset ?? account.preset
        reason = waiting.reason.word
        message = waiting.reason.explanation
        created = nil
        finished = nil
        output = nil
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, account, state, progress, left, preset, reason, message, created, finished, output
    }

    /// Unlike the synthesized one, writes nil as null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(account, forKey: .account)
        try container.encode(state, forKey: .state)
        try container.encode(progress, forKey: .progress)
        try container.encode(left, forKey: .left)
        try container.encode(preset, forKey: .preset)
        try container.encode(reason, forKey: .reason)
        try container.encode(message, forKey: .message)
        try container.encode(created, forKey: .created)
        try container.encode(finished, forKey: .finished)
        try container.encode(output, forKey: .output)
    }
}

extension Duration {
    /// To a tenth.
    var inSeconds: Double { (self / .seconds(1) * 10).rounded() / 10 }
}

/// One page of a list, newest first. `next` is the `before` of the page that follows, null on the last.
struct JobList: Encodable {
    let jobs: [JobDocument]
    let next: String?

    private enum CodingKeys: String, CodingKey { case jobs, next }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(jobs, forKey: .jobs)
        try container.encode(next, forKey: .next)
    }
}
