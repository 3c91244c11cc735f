import Domain
import FoundationEssentials

/// What administrators see: who has accounts, what is under way, and what it costs. Every member is always there; what
/// is not known is null.
struct AdministrationDocument: Encodable, Sendable {
    struct Account: Encodable, Sendable {
        let name: String
        let email: String
        let enabled: Bool
        let administrator: Bool
        /// Drops that were taken since midnight.
        let jobsToday: Int
        /// Bytes of its jobs that have not ended. Those in its directories would be too dear to count at every look.
        let queuedBytes: Int64
        @Nullable var lastDrop: Date?
    }

    struct Conversion: Encodable, Sendable {
        let id: String
        let account: String
        let name: String
        /// 0 to 1.
        @Nullable var progress: Double?
        /// Seconds.
        @Nullable var left: Double?
    }

    /// A drop that waits in its inbox, or a job that waits for another try.
    struct Held: Encodable, Sendable {
        let account: String
        let name: String
        /// A sentence for people.
        let message: String
    }

    struct Letters: Encodable, Sendable {
        let queued: Int
        let failed: Int
    }

    struct Queue: Encodable, Sendable {
        let converting: [Conversion]
        /// Jobs that wait for a converter.
        let queued: Int
        /// Those of them whose last attempt broke off; the oldest ones.
        let heldUp: [Held]
        let waiting: Int
        /// Why drops wait in their inboxes; some of them.
        let waitingDrops: [Held]
        let letters: Letters
    }

    struct Memory: Encodable, Sendable {
        /// Of the service itself, without converters.
        @Nullable var service: Int64?
        let total: Int64
        let available: Int64
    }

    struct Disk: Encodable, Sendable {
        let total: Int64
        let available: Int64
    }

    struct Load: Encodable, Sendable {
        /// Over 1, 5 and 15 minutes.
        let averages: [Double]
        let processors: Int
        /// Bytes.
        let memory: Memory
        /// Bytes of the file system that the spool is on.
        let disk: Disk
        /// At most so many at a time.
        let conversions: Int
    }

    let accounts: [Account]
    let queue: Queue
    let load: Load
}
