extension PCMBuffer.Room {
    /// What samples are kept to: 40 dB above full scale. LAME's assertions end the process where they are much louder, or
    /// are no numbers, as sources of floats may have them.
    static let limit: Float = 100

    /// Makes what is no number 0, and keeps the first `count` samples of each channel to `limit`.
    func limit(_ count: Int) {
        for samples in [left, right].compactMap(\.self) where Self.exceeds(samples, count) {
            for index in 0..<count {
                let sample = samples[index]
                samples[index] = sample.isNaN ? 0 : min(max(sample, -Self.limit), Self.limit)
            }
        }
    }

    /// Whether any sample is beyond the limit, or no number. Without their signs the bits of floats are in the floats'
    /// order, infinity and what is no number last. Eight at a time, because almost always there is nothing to do.
    private static func exceeds(_ samples: UnsafePointer<Float>, _ count: Int) -> Bool {
        let magnitude: Int32 = 0x7FFF_FFFF
        let highest = Int32(bitPattern: limit.bitPattern)
        let bytes = UnsafeRawPointer(samples)
        let width = SIMD8<Int32>.scalarCount
        var found = SIMDMask<SIMD8<Int32>>(repeating: false)
        var index = 0
        while index + width <= count {
            let bits = bytes.loadUnaligned(
                fromByteOffset: index * MemoryLayout<Float>.stride, as: SIMD8<Int32>.self)
            found .|= (bits & magnitude) .> highest
            index += width
        }
        let rest = (index..<count).contains { Int32(bitPattern: samples[$0].bitPattern) & magnitude > highest }
        return rest || any(found)
    }
}
