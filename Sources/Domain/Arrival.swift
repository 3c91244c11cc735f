/// Whether a drop has stopped changing. A drop is whole when nothing about it has changed for a while: a short while
/// where it was renamed into place, which is how careful programs say "finished"; a longer one where it was written in
/// place, because a client that was cut off and one that has finished look the same.
public struct Arrival: Sendable, Hashable {
    /// What changes when a file is written, replaced or renamed.
    public struct Fingerprint: Sendable, Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: Int64
        let changed: Int64

        /// Whether nothing but the time of the last change of status differs: the file was renamed, say.
        public func isSameContent(as other: Fingerprint) -> Bool {
            device == other.device && inode == other.inode && size == other.size && modified == other.modified
        }

        /// - Parameters:
        ///   - size: bytes.
        ///   - modified: nanoseconds since 1970.
        ///   - changed: nanoseconds since 1970, moved by renames and changes of mode too.
        public init(device: UInt64, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
            self.device = device
            self.inode = inode
            self.size = size
            self.modified = modified
            self.changed = changed
        }
    }

    /// How long a drop must stay unchanged.
    public struct SettleTimes: Sendable, Hashable {
        public var renamed: Duration
        public var inPlace: Duration

        public init(renamed: Duration = .seconds(1), inPlace: Duration = .seconds(5)) {
            self.renamed = renamed
            self.inPlace = inPlace
        }
    }

    public private(set) var fingerprint: Fingerprint
    private var wasRenamed: Bool
    private var unchangedSince: ContinuousClock.Instant

    public init(_ fingerprint: Fingerprint, wasRenamed: Bool, at now: ContinuousClock.Instant) {
        self.fingerprint = fingerprint
        self.wasRenamed = wasRenamed
        unchangedSince = now
    }

    /// Takes another look. Any change starts the wait anew, and a change in place makes an earlier rename worth nothing.
    public mutating func look(_ fingerprint: Fingerprint, wasRenamed: Bool, at now: ContinuousClock.Instant) {
        guard fingerprint != self.fingerprint || (wasRenamed && !self.wasRenamed) else { return }
        self = Arrival(fingerprint, wasRenamed: wasRenamed, at: now)
    }

    /// Somebody who had it open for writing closed it. What may follow, such as the setting of its time, is waited for.
    public mutating func close(at now: ContinuousClock.Instant) { unchangedSince = now }

    /// When the drop may be taken, if nothing changes until then.
    public func settles(_ times: SettleTimes) -> ContinuousClock.Instant {
        unchangedSince + (wasRenamed ? times.renamed : times.inPlace)
    }
}
