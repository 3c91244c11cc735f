/// How loud a sound is (ITU-R BS.1770, EBU R 128).
public struct Loudness: Sendable, Codable, Hashable {
    /// Integrated loudness in LUFS; nil for silence, which has none.
    public var integrated: Double?
    /// The highest sample, full scale being 1.
    public var peak: Double

    public init(integrated: Double?, peak: Double) {
        self.integrated = integrated
        self.peak = peak
    }
}
