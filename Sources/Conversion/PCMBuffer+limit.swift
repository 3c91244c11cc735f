extension PCMBuffer.Room {
    /// What samples are kept to: 40 dB above full scale. LAME's assertions end the process where they are much louder, or
    /// are no numbers, as sources of floats may have them.
    static let limit: Float = 100

    /// Makes what is no number 0, and keeps the first `count` samples of each channel to `limit`.
    func limit(_ count: Int) {
        for samples in [left, right].compactMap(\.self) where Self.mayExceed(samples, count) {
            for index in 0..<count {
                let sample = samples[index]
                samples[index] = sample.isNaN ? 0 : min(max(sample, -Self.limit), Self.limit)
            }
        }
    }

    /// False where no sample is beyond the limit, or no number: their squares together are not more than the limit's. That
    /// is so of ten thousand samples at full scale, so almost always this is all there is to do; it takes one
    /// multiplication for eight samples.
    private static func mayExceed(_ samples: UnsafePointer<Float>, _ count: Int) -> Bool {
        let bytes = UnsafeRawPointer(samples)
        let width = SIMD8<Float>.scalarCount
        var squares = SIMD8<Float>(repeating: 0)
        var index = 0
        while index + width <= count {
            let eight = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
            squares += eight * eight
            index += width
        }
        let sum = (index..<count).reduce(squares.sum()) { $0 + samples[$1] * samples[$1] }
        // Not `>`, which is false of what is no number.
        return !(sum <= limit * limit)
    }
}
