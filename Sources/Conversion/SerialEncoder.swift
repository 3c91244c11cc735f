/// Encodes the sound from first to last in the caller's thread.
struct SerialEncoder: ~Copyable {
    private let settings: EncoderSettings
    private var encoder: LAMEEncoder
    private var splitter = FrameSplitter()
    /// Samples per channel that came in.
    private var samples = 0
    private var frames = 0

    init(_ settings: EncoderSettings) throws {
        self.settings = settings
        encoder = try LAMEEncoder(settings)
    }

    /// Samples per channel that a player must leave out at the start of the frames.
    var delay: Int { encoder.delay }

    /// Encodes samples and hands on the frames that are ready, in order.
    mutating func encode(_ block: SampleBlock, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        guard block.count > 0 else { return }
        samples += block.count
        try splitter.append({ bytes in try encoder.encode(block, into: &bytes) }) { frame in
            frames += 1
            try body(frame)
        }
    }

    /// Hands on the last frames. Returns the samples per channel that a player must leave out at their end.
    mutating func finish(_ body: (ArraySlice<UInt8>) throws -> Void) throws -> Int {
        try splitter.append({ bytes in try encoder.flush(into: &bytes) }) { frame in
            frames += 1
            try body(frame)
        }
        return frames * settings.format.frameLength - delay - samples
    }
}
