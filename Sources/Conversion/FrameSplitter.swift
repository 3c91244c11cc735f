/// Cuts a stream of MP3 bytes into its frames.
struct FrameSplitter {
    private var bytes: [UInt8] = []
    private var start = 0

    struct NotAFrame: Error {}

    /// Lets a writer append bytes, and hands on each frame that is whole.
    mutating func append(
        _ write: (inout [UInt8]) throws -> Void, _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        try write(&bytes)
        while bytes.count - start >= MPEGAudioHeader.length {
            guard let header = MPEGAudioHeader(bytes[start...]) else { throw NotAFrame() }
            let end = start + header.frameLength
            guard end <= bytes.count else { break }
            let frame = bytes[start..<end]
            start = end
            try body(frame)
        }
        bytes.removeFirst(start)
        start = 0
    }

    /// Bytes of a frame that is not whole yet.
    var remainder: Int { bytes.count - start }
}
