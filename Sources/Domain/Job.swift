public import ConversionContract
public import FoundationEssentials

/// One drop on its way to an MP3.
public struct Job: Sendable, Hashable, Identifiable {
    public let id: Int64
    public let account: Account.ID
    /// Where the drop lay below the inbox; for an upload, its name.
    public let drop: DropPath
    public let preset: Preset
    public var state: JobState
    /// Conversions begun that say something of the drop, this one included.
    public var attempts: Int
    /// The drop's size in bytes.
    public let size: Int64
    public let created: Date
    public var finished: Date?
    /// The MP3 below the outbox: reserved just before it is linked, true once the job is published.
    public var output: DropPath?
    /// Seconds of sound in the MP3.
    public var duration: Double?
    public var failure: JobFailure?
    /// What its owner should know of the MP3, in one sentence.
    public var note: String?
    /// Whether it came over HTTP, so that there is no inbox that it could go back to.
    public let isUpload: Bool
    /// Why the last attempt broke off, for the administrator; nil once another has begun.
    public var setback: String?
    /// Attempts that the storage failed, or a stop of the service, which are not among `attempts`.
    public var setbacks: Int
    /// Attempts that ended with the converter's crash, or were ended for taking too much.
    public var crashes: Int
    /// Attempts that the service did not live to the end of, unless it was stopped in good order.
    public var interruptions: Int

    public init(
        id: Int64, account: Account.ID, drop: DropPath, preset: Preset, state: JobState, attempts: Int, size: Int64,
        created: Date, finished: Date? = nil, output: DropPath? = nil, duration: Double? = nil,
        failure: JobFailure? = nil, note: String? = nil, isUpload: Bool = false, setback: String? = nil,
        setbacks: Int = 0, crashes: Int = 0, interruptions: Int = 0
    ) {
        self.id = id
        self.account = account
        self.drop = drop
        self.preset = preset
        self.state = state
        self.attempts = attempts
        self.size = size
        self.created = created
        self.finished = finished
        self.output = output
        self.duration = duration
        self.failure = failure
        self.note = note
        self.isUpload = isUpload
        self.setback = setback
        self.setbacks = setbacks
        self.crashes = crashes
        self.interruptions = interruptions
    }
}

/// Why a job failed: a word for programs and a sentence for the drop's owner.
public struct JobFailure: Sendable, Hashable, Error {
    public let reason: String
    public let message: String

    public init(reason: String, message: String) {
        self.reason = reason
        self.message = message
    }
}
