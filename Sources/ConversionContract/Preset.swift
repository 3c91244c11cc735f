/// What the MP3 shall be: the names people choose from, and what each asks of the encoder.
public enum Preset: String, Sendable, Codable, CaseIterable, Hashable {
    /// VBR V2, source rate and channels (stereo at most). The default.
    case standard
    /// CBR 320 kbit/s.
    case high
    /// VBR V5, for small files.
    case small
    /// Mono, CBR 64 kbit/s, for talks and lessons.
    case voice

    /// How the encoder spends its bits.
    public enum BitRate: Sendable, Hashable {
        /// LAME's `-V quality`, 0 (best) to 9.
        case variable(quality: Int)
        /// Kilobits per second.
        case constant(kilobits: Int)
    }

    /// The constant bit rates that MPEG-1 has, in kilobits per second (ISO/IEC 11172-3 section 2.4.2.3).
    public static let constantBitRates = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]

    public var bitRate: BitRate {
        switch self {
        case .standard: .variable(quality: 2)
        case .high: .constant(kilobits: 320)
        case .small: .variable(quality: 5)
        case .voice: .constant(kilobits: 64)
        }
    }

    /// The most channels the MP3 may have; a source with fewer keeps its own.
    public var maximumChannels: Int {
        self == .voice ? 1 : 2
    }
}
