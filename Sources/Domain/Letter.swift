public import FoundationEssentials

/// A message to an account's owner, queued in the transaction that ends its job.
public struct Letter: Sendable, Hashable, Identifiable {
    /// What a letter tells.
    public enum Kind: String, Sendable, CaseIterable {
        case completed
        case failed
        /// The drop has been cut off for a day, and no more of it came.
        case incomplete
    }

    public enum Subject: Sendable, Hashable {
        /// The MP3 lies at `output` below the outbox and has `duration` seconds of sound.
        case completed(output: DropPath, duration: Double?)
        case failed(JobFailure)
        /// The drop has been cut off for a day; more of it may still come.
        case incomplete

        public var kind: Kind {
            switch self {
            case .completed: .completed
            case .failed: .failed
            case .incomplete: .incomplete
            }
        }
    }

    public let id: Int64
    /// Stable over every try, so that a repeat after a crash is recognisable: the left part of the `Message-ID`.
    public let token: String
    public let accountName: AccountName
    public let recipient: EmailAddress
    public let drop: DropPath
    public let subject: Subject
    public let created: Date
    /// Deliveries tried so far.
    public let attempts: Int

    public init(
        id: Int64, token: String, accountName: AccountName, recipient: EmailAddress, drop: DropPath, subject: Subject,
        created: Date, attempts: Int
    ) {
        self.id = id
        self.token = token
        self.accountName = accountName
        self.recipient = recipient
        self.drop = drop
        self.subject = subject
        self.created = created
        self.attempts = attempts
    }
}
