import ConversionContract

/// The outline of a sound: the highest sample of each of its spans, which are all of one length. Its memory does not
/// grow with the sound: where the spans would be too many, neighbours become one.
struct Waveform: Sendable, Equatable {
    /// How long a span is, in the units of whoever measures it.
    private(set) var spanLength: Int
    /// Full scale is 1.
    private(set) var peaks: [Float] = []

    init(spanLength: Int) { self.spanLength = spanLength }

    /// Adds the next span. The spans may be of twice the length after that.
    mutating func append(_ peak: Float) {
        peaks.append(peak)
        guard peaks.count == ConversionReport.maximumWaveform else { return }
        peaks = stride(from: 0, to: peaks.count, by: 2).map { max(peaks[$0], peaks[$0 + 1]) }
        spanLength *= 2
    }

    /// For a report: full scale, and what is above it, is 255.
    var bytes: [UInt8] { peaks.map { UInt8((min($0, 1) * 255).rounded()) } }
}
