/// A part of the sound that one encoder encodes on its own. The frames of all segments, in order, are those of the whole.
struct Segment: Sendable {
    /// 0, 1, 2, …
    let index: Int
    /// Frames in front of the segment that are encoded and thrown away. The first segment has none.
    let leadIn: Int
    /// Frames that come out of it; nil for the last one, from which all come.
    var frames: Int?
    /// The samples of the lead-in, of the segment, and, but for the last one, at least a frame of what follows.
    var buffer: PCMBuffer

    /// The bytes of the segment's frames. The bit reservoir is empty where they begin and where they end, so that they
    /// can be joined with those of other encoders.
    func encode(_ settings: EncoderSettings) throws(LAMEError) -> [UInt8] {
        let step = settings.format.frameLength
        var encoder = try LAMEEncoder(settings)
        var position = 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(buffer.count / 2)
        // LAME looks ahead, so that frames come out later than their samples go in; it is fed until they do.
        while encoder.frameCount < leadIn, position < buffer.count {
            try feed(&encoder, &position, step, &bytes)
        }
        if leadIn > 0 {
            try encoder.flushReservoir(into: &bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        guard let frames else {
            try feed(&encoder, &position, buffer.count - position, &bytes)
            try encoder.flush(into: &bytes)
            return bytes
        }
        while encoder.frameCount < leadIn + frames, position < buffer.count {
            try feed(&encoder, &position, step, &bytes)
        }
        try encoder.flushReservoir(into: &bytes)
        return bytes
    }

    private func feed(
        _ encoder: inout LAMEEncoder, _ position: inout Int, _ count: Int, _ bytes: inout [UInt8]
    ) throws(LAMEError) {
        let end = min(position + count, buffer.count)
        try encoder.encode(buffer, position..<end, into: &bytes)
        position = end
    }
}
