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

    /// Bytes of memory of its own that a converter with so many encoder threads may take: libavformat's index of a day's
    /// sound takes up to 300 MiB; a thread's stack, encoder and two buffers of sound take 24 MiB.
    public static func memory(threads: Int) -> UInt64 { UInt64(512 + 32 * threads) << 20 }

    /// Bytes of addresses that it may take: its memory, the libraries, and 128 MiB that glibc's allocator reserves for each
    /// thread.
    public static func addressSpace(threads: Int) -> UInt64 {
        memory(threads: threads) + UInt64(1024 + 192 * threads) << 20
    }

    /// The command line that says these limits to `soundspool-convert`.
    public var arguments: [String] {
        ["--max-duration", String(duration), "--max-output", String(outputBytes)]
    }
}
