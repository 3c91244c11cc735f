import CFFmpeg
import ConversionContract

/// Measures the loudness of MP3 that is copied, by decoding it on the way. That takes several times as long as copying.
struct CopyListener: ~Copyable {
    private var decoder: Decoder
    private let ear = Ear()

    init(_ stream: UnsafeMutablePointer<AVStream>) throws {
        decoder = try Decoder(for: stream)
    }

    mutating func hear(_ packet: borrowing Packet) throws { try decoder.decode(packet, ear.hear) }

    /// The loudness of all that was heard; nil for nothing.
    mutating func finish() throws -> Loudness? {
        try decoder.finish(ear.hear)
        return ear.meter?.measure()
    }

    /// A class, because it changes while the decoder, its neighbour, does.
    private final class Ear {
        private(set) var meter: LoudnessMeter?
        private var resampler: Resampler?
        private var format = SoundFormat(sampleRate: 0, channels: 0)
        private var buffer = PCMBuffer(channels: 0, capacity: 0)

        func hear(_ frame: borrowing Frame) throws {
            guard frame.sampleCount > 0, frame.sampleRate > 0, frame.channelCount > 0 else { return }
            if meter == nil {
                format = SoundFormat(sampleRate: frame.sampleRate, channels: min(frame.channelCount, 2))
                meter = LoudnessMeter(format)
                buffer = PCMBuffer(channels: format.channels, capacity: 4 * format.frameLength)
            }
            if resampler?.accepts(frame) != true { resampler = try Resampler(from: frame, to: format) }
            buffer.removeAll()
            try resampler?.convert(frame, into: &buffer)
            meter?.add(buffer, 0..<buffer.count)
        }
    }
}
