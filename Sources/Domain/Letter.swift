public import FoundationEssentials

/// A message that is on its way out: a letter to an account's owner, or an event for the webhook. It is written down in
/// the transaction that ends its job, and may tell several results.
public struct Letter: Sendable, Hashable, Identifiable {
    /// What is told.
    public enum Kind: String, Sendable, CaseIterable {
        case completed
        case failed
        /// The drop has been cut off for long, and no more of it came.
        case incomplete
        /// The account has used up what it may use.
        case quota
        case confirmAddress = "confirm-address"
        case resetPassword = "reset-password"
        /// Somebody wanted to register with the address of an account that there is.
        case alreadyRegistered = "already-registered"

        /// Whether it goes out whatever the account's owner chose: it answers what they just asked for.
        public var isAsked: Bool { [.confirmAddress, .resetPassword, .alreadyRegistered].contains(self) }
    }

    public enum Subject: Sendable, Hashable {
        /// The MP3 lies at `output` below the outbox and has `duration` seconds of sound.
        case completed(output: DropPath, duration: Double?)
        case failed(JobFailure)
        /// The drop has been cut off for `after` seconds, where that is known; more of it may still come.
        case incomplete(after: Double?)
        /// What is used up and when it will be free again, in one sentence.
        case quota(message: String)
        /// The address on the page that confirms the account's e-mail address, and until when it does.
        case confirmAddress(link: String, expires: Date)
        /// The address on the page where a new password can be set, and until when it can.
        case resetPassword(link: String, expires: Date)
        /// The address of the page to sign in; nil where it has no public one.
        case alreadyRegistered(page: String?)

        public var kind: Kind {
            switch self {
            case .completed: .completed
            case .failed: .failed
            case .incomplete: .incomplete
            case .quota: .quota
            case .confirmAddress: .confirmAddress
            case .resetPassword: .resetPassword
            case .alreadyRegistered: .alreadyRegistered
            }
        }
    }

    /// One thing that a letter tells.
    public struct Item: Sendable, Hashable {
        public let subject: Subject
        public let job: Job.ID?
        /// Nil where it is not about a drop.
        public let drop: DropPath?
        public let date: Date
        /// What there is to know of an MP3, in one sentence.
        public let note: String?

        public init(
            _ subject: Subject, job: Job.ID? = nil, drop: DropPath? = nil, date: Date, note: String? = nil
        ) {
            self.subject = subject
            self.note = note
            self.job = job
            self.drop = drop
            self.date = date
        }
    }

    /// Where letters go. Each has a queue of its own: trouble with one does not hold up the other.
    public enum Channel: String, Sendable, CaseIterable {
        case mail, webhook
    }

    public enum Recipient: Sendable, Hashable, CustomStringConvertible {
        case address(EmailAddress)
        case webhook

        public var channel: Channel {
            switch self {
            case .address: .mail
            case .webhook: .webhook
            }
        }

        public var description: String {
            switch self {
            case .address(let address): address.text
            case .webhook: "webhook"
            }
        }
    }

    public let id: Int64
    /// Stable over every try, so that a repeat after a crash is recognisable: the left part of the `Message-ID`.
    public let token: String
    /// Nil for one to somebody who has none yet, and for one that an earlier version queued.
    public let account: Account.ID?
    public let accountName: AccountName
    public let recipient: Recipient
    /// In the order in which they happened; never empty.
    public let items: [Item]
    public let created: Date
    /// Since when it is tried: its making, or the last time that somebody asked for another round of tries.
    public let since: Date
    /// Deliveries tried since then.
    public let attempts: Int

    /// When the first link in it that somebody asked for ends: it is of no use after that.
    public var expires: Date? {
        items.compactMap { item in
            switch item.subject {
            case .confirmAddress(_, let expires), .resetPassword(_, let expires): expires
            case .completed, .failed, .incomplete, .quota, .alreadyRegistered: nil
            }
        }.min()
    }

    public init(
        id: Int64, token: String, account: Account.ID?, accountName: AccountName, recipient: Recipient, items: [Item],
        created: Date, since: Date, attempts: Int
    ) {
        self.id = id
        self.token = token
        self.account = account
        self.accountName = accountName
        self.recipient = recipient
        self.items = items
        self.created = created
        self.since = since
        self.attempts = attempts
    }
}
