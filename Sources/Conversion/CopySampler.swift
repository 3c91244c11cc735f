import CFFmpeg
import ConversionContract

/// Draws the outline of MP3 that is copied, by decoding a sample of it: in each span, a few packets, of which the last
/// one counts. That costs next to nothing beside copying, however long the sound is.
struct CopySampler: ~Copyable {
    /// Spans of a sound whose length is promised. Without a promise, or with a false one, there are others.
    private static let spans = 200
    /// Seconds of a frame of MP3, more or less.
    private static let frameDuration = 0.026
    /// Packets of a span that is so short that all of it is decoded.
    private static let shortSpan = 4
    /// Bytes of earlier frames that a frame's sound may begin in (ISO/IEC 11172-3 section 2.4.2.7).
    private static let reservoir = 511
    /// Bytes of a frame at most that are not sound: header, checksum and side information.
    private static let overhead = 38

    private var decoder: Decoder
    private let ear = Ear()
    /// Of the spans that are over; their length is in packets.
    private var outline: Waveform
    /// The current span: its packets so far, and the highest sample that was heard in them.
    private var current = (packets: 0, peak: Float(0))
    /// Bytes of sound that the decoder has had since it began anew; nil once the span's sample is taken.
    private var lead: Int?

    init(_ stream: UnsafeMutablePointer<AVStream>, expectedDuration: Double?) throws {
        decoder = try Decoder(for: stream)
        let packets = (expectedDuration ?? 0) / Self.frameDuration
        outline = Waveform(spanLength: max(1, Int(min(packets, 1e9)) / Self.spans))
    }

    mutating func hear(_ packet: borrowing Packet) throws {
        if outline.spanLength <= Self.shortSpan {
            current.peak = max(current.peak, try peak(of: packet))
        } else {
            try sample(packet)
        }
        current.packets += 1
        guard current.packets == outline.spanLength else { return }
        outline.append(current.peak)
        current = (0, 0)
    }

    /// The outline of all that was heard.
    var waveform: Waveform {
        var whole = outline
        if current.packets > 0 { whole.append(current.peak) }
        return whole
    }

    /// Decodes the packet if its span has no sample yet.
    private mutating func sample(_ packet: borrowing Packet) throws {
        if current.packets == 0 {
            decoder.reset()
            lead = 0
        }
        guard let lead else { return }
        let peak = try peak(of: packet)
        if lead >= Self.reservoir || current.packets + 1 == outline.spanLength {
            current.peak = peak
            self.lead = nil
        } else {
            self.lead = lead + max(0, Int(packet.pointer.pointee.size) - Self.overhead)
        }
    }

    private mutating func peak(of packet: borrowing Packet) throws -> Float {
        var peak: Float = 0
        let ear = ear
        try decoder.decode(packet) { frame in
            try ear.hear(frame) { buffer, _ in peak = max(peak, buffer.peak(in: 0..<buffer.count)) }
        }
        return peak
    }
}
