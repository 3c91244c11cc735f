/// Where decoded frames belong: says how much silence goes in front of each, so that sound that starts late starts late
/// in the MP3 too, and gaps keep their length. All times are in seconds.
///
/// Frames are never cut or moved. Time stamps that say less than the samples that came before are taken as jitter or as
/// a new beginning of the clock.
struct Timeline {
    /// Time without sound, a late start included.
    struct Gap: Sendable, Equatable {
        /// By the container's clock.
        var start: Double
        var length: Double
        /// Whether silence was put in. Otherwise the clock jumped too far to be believed.
        var isFilled: Bool
    }

    enum Clock {
        /// It goes on. A step back is jitter, as of packets that are stamped when they arrive in bursts.
        case steady
        /// It may begin anew, as in broadcasts.
        case restarting
        /// It is reckoned from bytes at an average rate, and only its beginning is true.
        case reckoned
    }

    /// Less than this is jitter, or the rounding of a container's clock.
    static let tolerance = 0.1
    /// A late start is exact, so that only rounding is left out of it.
    static let startTolerance = 0.005
    /// A longer gap is a jump of the clock, except where the container promised as much sound or shows pictures meanwhile.
    static let maximumGap = 10.0
    /// The most gaps that are remembered, so that a hostile file cannot fill the memory with them.
    static let maximumGaps = 4096

    /// When the film begins by the container's clock; nil for when the sound does.
    let origin: Double?
    /// Up to where gaps of any length are believed.
    let promisedEnd: Double?
    /// What the container's clock may do.
    let clock: Clock
    /// Whether there are pictures all the time between two times, by the container's clock.
    private let hasPictures: (_ start: Double, _ end: Double) throws -> Bool
    /// Sound and silence so far.
    private(set) var position = 0.0
    private(set) var gaps: [Gap] = []
    /// What the container's clock shows at position 0; nil before the first frame with a time stamp.
    private var base: Double?

    init(
        origin: Double?, promisedEnd: Double?, clock: Clock = .restarting,
        hasPictures: @escaping (_ start: Double, _ end: Double) throws -> Bool = { _, _ in false }
    ) {
        (self.origin, self.promisedEnd, self.clock, self.hasPictures) = (origin, promisedEnd, clock, hasPictures)
    }

    /// Takes a frame in, and returns the silence that goes in front of it.
    ///
    /// - Parameter isAfterDamage: whether a packet before it was lost: then what is missing is the packet's sound, however
    ///   short, and what follows must not come too early.
    mutating func place(timestamp: Double?, duration: Double, isAfterDamage: Bool = false) throws -> Double {
        let silence = try silence(before: timestamp, isAfterDamage)
        position += silence + duration
        return silence
    }

    private mutating func silence(before timestamp: Double?, _ isAfterDamage: Bool) throws -> Double {
        guard let timestamp, timestamp.isFinite else { return 0 }
        guard clock != .reckoned || base == nil else { return 0 }
        let isFirst = base == nil && position == 0
        let base = base ?? (isFirst ? origin : nil) ?? timestamp - position
        self.base = base
        let start = base + position
        let length = timestamp - start
        let tolerance = isFirst || isAfterDamage ? Self.startTolerance : Self.tolerance
        if length > -Self.tolerance, length < tolerance, !isFirst { return 0 }
        if length >= tolerance {
            let isFilled =
                try length <= Self.maximumGap || timestamp - base <= promisedEnd ?? 0 || hasPictures(start, timestamp)
            if gaps.count < Self.maximumGaps { gaps.append(Gap(start: start, length: length, isFilled: isFilled)) }
            if isFilled { return length }
        } else if let last = gaps.last, !last.isFilled, length <= -Self.maximumGap {
            // The clock comes back: it had never been right.
            gaps.removeLast()
        } else if clock == .steady, !isFirst, length > -Self.maximumGap {
            // The sound is ahead of the clock by jitter that was taken for a gap, and what follows needs none for it.
            return 0
        }
        self.base = timestamp - position
        return 0
    }
}
