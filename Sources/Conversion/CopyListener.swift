import CFFmpeg
import ConversionContract

/// Measures MP3 that is copied, by decoding all of it on the way. That takes several times as long as copying.
struct CopyListener: ~Copyable {
    private var decoder: Decoder
    private let ear = Ear()
    private var meter: SoundMeter?

    init(_ stream: UnsafeMutablePointer<AVStream>) throws { decoder = try Decoder(for: stream) }

    mutating func hear(_ packet: borrowing Packet) throws {
        try listen { decoder, hear in try decoder.decode(packet, hear) }
    }

    /// What was measured of all that was heard; nil for nothing.
    mutating func finish() throws -> SoundMeter? {
        try listen { decoder, hear in try decoder.finish(hear) }
        return meter
    }

    private mutating func listen(
        _ decode: (inout Decoder, _ hear: (borrowing Frame) throws -> Void) throws -> Void
    ) throws {
        // Taken out, because it changes while the decoder does; a copy of it would be one of all its tables.
        var meter = meter.take()
        let ear = ear
        defer { self.meter = meter }
        try decode(&decoder) { frame in
            try ear.hear(frame) { buffer, format in
                if meter == nil { meter = SoundMeter(format, loudness: .always) }
                meter?.add(buffer, 0..<buffer.count)
            }
        }
    }
}
