import ConversionContract

/// Holds a conversion to its bounds from outside, whatever the converter says of itself.
///
/// Times are counted from the conversion's start, on a clock that stands still while the machine sleeps.
public struct ConversionWatch {
    public enum Objection: String, Sendable, Hashable {
        case standstill = "The conversion stood still for a minute and was ended."
        case tooSlow = "The conversion took much too long and was ended."
        case tooLarge = "The conversion wrote more than the sound can need and was ended."
        case flood = "The conversion said more than it should and was ended."
    }

    /// A conversion may take this long, and after it as long as its sound plays.
    static let grace = Duration.seconds(600)
    /// Bytes for a cover, tags and chapters, and what encoders are ahead.
    static let overhead: Int64 = 64 << 20
    /// The largest MP3 frames' bytes in a second: 320 kbit/s.
    private static let mostBytesInASecond = 40_000.0
    /// Messages that may come at once, and then in a second: five times what a converter keeps to.
    private static let burst = 500
    private static let mostMessagesInASecond = 50

    private let limits: ConversionLimits
    /// A converter has news ten times a second; a disk may let it wait.
    private let longestSilence: Duration
    private var lastHeard = Duration.zero
    private var messages = 0
    private var position = 0.0

    init(limits: ConversionLimits, longestSilence: Duration = .seconds(60)) {
        self.limits = limits
        self.longestSilence = longestSilence
    }

    /// Notes a message.
    mutating func hear(_ progress: ConversionProgress?, at time: Duration) {
        lastHeard = time
        messages += 1
        // Its word counts up to what would be converted at all.
        if let progress { position = min(max(position, progress.position), Double(limits.duration)) }
    }

    /// What there is to object to, now that it wrote `bytes`.
    func objection(at time: Duration, bytes: Int64) -> Objection? {
        if time - lastHeard > longestSilence { return .standstill }
        if time > Self.grace + .seconds(position) { return .tooSlow }
        if bytes > min(limits.outputBytes, Int64(position * Self.mostBytesInASecond) + Self.overhead) {
            return .tooLarge
        }
        if messages > Self.burst + Int(time.components.seconds) * Self.mostMessagesInASecond { return .flood }
        return nil
    }
}
