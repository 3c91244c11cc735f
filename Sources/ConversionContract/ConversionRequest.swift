/// What a conversion shall be: the command line of `soundspool-convert`, or one message to it when it serves.
public struct ConversionRequest: Sendable, Codable, Hashable {
    public var preset: Preset
    /// A constant bit rate in kilobits per second, instead of the preset's.
    public var bitRate: Int?
    public var track: TrackChoice
    public var loudness: LoudnessMode
    /// Threads that encode; nil for one for each processor.
    public var threads: Int?
    /// Whether nothing is converted, and only the sound tracks are reported.
    public var listsTracks: Bool
    public var limits: ConversionLimits

    /// The longest request, in bytes of JSON.
    public static let maximumLength = 4 << 10

    public init(
        preset: Preset = .standard, bitRate: Int? = nil, track: TrackChoice = .standard, loudness: LoudnessMode = .tag,
        threads: Int? = nil, listsTracks: Bool = false, limits: ConversionLimits = ConversionLimits()
    ) {
        self.preset = preset
        self.bitRate = bitRate
        self.track = track
        self.loudness = loudness
        self.threads = threads
        self.listsTracks = listsTracks
        self.limits = limits
    }
}
