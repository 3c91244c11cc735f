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
        case tooManyThreads = "The conversion started more threads than it needs and was ended."
    }

    /// A conversion may take this long, and after it as long as its sound plays.
    static let grace = Duration.seconds(600)
    /// Bytes for a cover, tags and chapters, and what encoders are ahead.
    static let overhead: Int64 = 64 << 20
    /// A source has this much sound at most: what a converter refuses by itself is not believed of it either (`Bounds`
    /// in Conversion).
    static let leastBytesPerSecond: Int64 = 250
    static let alwaysBelieved = 600.0
    /// Threads beside those that encode: the first one, and what a library may start.
    static let moreThreads = 4
    /// Messages that may come at once, and then in a second: five times what a converter keeps to.
    private static let burst = 500
    private static let mostMessagesInASecond = 50

    private let limits: ConversionLimits
    /// The most bytes of the MP3 in a second of sound.
    private let bytesPerSecond: Double
    private let mostThreads: Int
    private let sourceSize: Int64
    /// The most sound that is believed, in seconds.
    private let believable: Double
    /// A converter has news ten times a second; a disk may let it wait.
    private let longestSilence: Duration
    private var lastHeard = Duration.zero
    private var messages = 0
    private var position = 0.0

    /// - Parameters:
    ///   - sourceSize: in bytes.
    ///   - threads: that encode.
    init(_ request: ConversionRequest, sourceSize: Int64, threads: Int, longestSilence: Duration = .seconds(60)) {
        limits = request.limits
        bytesPerSecond = Double(request.mostKilobits) * 125
        mostThreads = threads + Self.moreThreads
        self.sourceSize = sourceSize
        believable = min(
            Double(limits.duration), max(Self.alwaysBelieved, Double(sourceSize / Self.leastBytesPerSecond)))
        self.longestSilence = longestSilence
    }

    /// Notes a message.
    mutating func hear(_ progress: ConversionProgress, at time: Duration) {
        lastHeard = time
        messages += 1
        believe(progress.position)
    }

    /// Notes the last one.
    mutating func hear(_ report: ConversionReport, at time: Duration) {
        lastHeard = time
        believe(report.produced)
    }

    private mutating func believe(_ seconds: Double) { position = min(max(position, seconds), believable) }

    /// What there is to object to, now that it wrote `bytes` and has `threads`, as far as there is telling.
    func objection(at time: Duration, bytes: Int64, threads: Int? = nil) -> Objection? {
        if let threads, threads > mostThreads { return .tooManyThreads }
        if time - lastHeard > longestSilence { return .standstill }
        if time > Self.grace + .seconds(position) { return .tooSlow }
        // Sound that is copied is as large as it was.
        let most = max(Int64(position * bytesPerSecond), sourceSize) + Self.overhead
        if bytes > min(limits.outputBytes, most) { return .tooLarge }
        if messages > Self.burst + Int(time.components.seconds) * Self.mostMessagesInASecond { return .flood }
        return nil
    }
}

extension ConversionRequest {
    /// The largest frames' bit rate that the MP3 may have, in kilobits per second: a variable one may take them all.
    fileprivate var mostKilobits: Int {
        switch bitRate.map(Preset.BitRate.constant(kilobits:)) ?? preset.bitRate {
        case .constant(let kilobits): kilobits
        case .variable: Preset.constantBitRates.max() ?? 320
        }
    }
}
