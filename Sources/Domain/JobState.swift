/// Where a job is on its way. *Waiting* is not among these: a drop that waits is in its inbox, not in the ledger.
public enum JobState: String, Sendable, Codable, CaseIterable, Hashable {
    /// Written down, about to be renamed out of the inbox.
    case claiming
    case queued
    case converting
    case published
    case failed
    case cancelled

    /// Whether the job has ended for good.
    public var isFinal: Bool { self == .published || self == .failed || self == .cancelled }

    /// The states that may follow this one. Converting goes back to queued after a crash or a temporary failure.
    public var successors: Set<JobState> {
        switch self {
        case .claiming: [.queued, .failed, .cancelled]
        case .queued: [.converting, .cancelled, .failed]
        case .converting: [.queued, .published, .failed, .cancelled]
        case .published, .failed, .cancelled: []
        }
    }

    /// What people and programs read: a claim is over in a moment and already counts as queued.
    public var publicName: String { self == .claiming ? JobState.queued.rawValue : rawValue }
}
