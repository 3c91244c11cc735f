/// Turns decoded frames into samples that can be measured, all of the first frame's rate and of at most two channels.
///
/// A class, because it changes while the decoder, its neighbour, does.
final class Ear {
    private var format: SoundFormat?
    private var resampler: Resampler?
    private var buffer = PCMBuffer(channels: 0, capacity: 0)

    func hear(_ frame: borrowing Frame, _ body: (borrowing PCMBuffer, SoundFormat) -> Void) throws {
        guard frame.sampleCount > 0, frame.sampleRate > 0, frame.channelCount > 0 else { return }
        let format = format ?? begin(frame)
        if resampler?.accepts(frame) != true { resampler = try Resampler(from: frame, to: format) }
        buffer.removeAll()
        try resampler?.convert(frame, into: &buffer)
        body(buffer, format)
    }

    private func begin(_ frame: borrowing Frame) -> SoundFormat {
        let first = SoundFormat(sampleRate: frame.sampleRate, channels: min(frame.channelCount, 2))
        buffer = PCMBuffer(channels: first.channels, capacity: 4 * first.frameLength)
        format = first
        return first
    }
}
