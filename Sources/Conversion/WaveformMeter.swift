/// Draws the outline of a sound as it passes, sample by sample.
struct WaveformMeter: Sendable {
    /// How many spans make a second, in a sound that is short enough.
    static let spansPerSecond = 10

    /// Of the spans that are over; their length is in samples per channel.
    private var waveform: Waveform
    /// The highest sample of the current span, and how many samples it has.
    private var current: (peak: Float, count: Int) = (0, 0)

    init(sampleRate: Int) { waveform = Waveform(spanLength: max(1, sampleRate / Self.spansPerSecond)) }

    /// Takes samples of the buffer in.
    mutating func add(_ buffer: borrowing PCMBuffer, _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(start + waveform.spanLength - current.count, range.upperBound)
            current.peak = max(current.peak, buffer.peak(in: start..<end))
            current.count += end - start
            if current.count == waveform.spanLength {
                waveform.append(current.peak)
                current = (0, 0)
            }
            start = end
        }
    }

    /// The outline of all that came in; the last span may be shorter than the others.
    func measure() -> Waveform {
        var whole = waveform
        if current.count > 0 { whole.append(current.peak) }
        return whole
    }

    /// The highest sample of all that came in.
    var peak: Float { max(waveform.peaks.max() ?? 0, current.peak) }
}
