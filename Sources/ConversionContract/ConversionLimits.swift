/// What one conversion may use. The converter holds itself to these; the service holds the converter to them.
public struct ConversionLimits: Sendable, Codable, Hashable {
    /// The longest source that is converted, in seconds of sound.
    public var duration: Int
    /// The largest MP3 that is written, in bytes.
    public var outputBytes: Int64

    public init(duration: Int = 24 * 60 * 60, outputBytes: Int64 = 8 << 30) {
        self.duration = duration
        self.outputBytes = outputBytes
    }

    /// The command line that says these limits to `soundspool-convert`.
    public var arguments: [String] {
        ["--max-duration", String(duration), "--max-output", String(outputBytes)]
    }
}
