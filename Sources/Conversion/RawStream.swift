/// How much of a file of bare frames, which has no header to promise anything, was no frame: libav skips it, or takes it
/// for a part of the next one, and says nothing.
struct RawStream {
    /// The longest frame of MPEG audio: 384 kbit/s of layer II at 32 kHz. Those of AAC may be longer, but hardly are.
    private static let longestFrame: Int64 = 1792

    /// Bytes of frames.
    private(set) var bytes: Int64 = 0
    /// Bytes between the first and the last of them that are none.
    private(set) var skipped: Int64 = 0
    /// Where the first frame begins, as far as can be told: libav reads on by a kilobyte.
    private var start: Int64?

    /// Takes a packet in. `position` is how far the file is read.
    mutating func add(_ size: Int64, at position: Int64) {
        guard size <= Self.longestFrame else { return }
        let start = start ?? position - size
        self.start = start
        bytes += size
        skipped = max(skipped, position - start - bytes)
    }

    /// Whether more than this share of the stream is no sound.
    func lacks(percentage: Int64) -> Bool { skipped * 100 > (bytes + skipped) * percentage }
}
