/// Samples of one or two channels: 32-bit floats, full scale ±1, planar (all of the first channel, then all of the
/// second).
struct SampleBlock: Sendable, Equatable {
    let channels: Int
    /// Samples per channel.
    let count: Int
    let samples: [Float]

    /// `count` samples of silence.
    static func silence(channels: Int, count: Int) -> Self {
        SampleBlock(channels: channels, count: count, samples: [Float](repeating: 0, count: channels * count))
    }
}
