import Glibc

@testable import Conversion

/// Tones that rise and fall over noise of changing loudness: sound that an encoder has to work for, the same every time.
enum Noise {
    /// Samples of each channel; after them, the same come again.
    private static let table = (0..<2).map { channel in (0..<1 << 20).map { make($0, channel: channel) } }

    private static func make(_ position: Int, channel: Int) -> Float {
        var hash = UInt64(truncatingIfNeeded: position &* 2 &+ channel) &+ 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        let noise = Float(hash >> 40) / Float(1 << 24) - 0.5
        let time = Float(position) / 44100
        let tone = sinf(2 * .pi * time * (300 + 150 * time)) + sinf(2 * .pi * 1870 * time)
        return 0.2 * tone * (channel == 0 ? 1 : 0.6) + 0.08 * noise * (1 + sinf(5 * time))
    }

    static func append(_ count: Int, at position: Int, to buffer: inout PCMBuffer) {
        buffer.append(atMost: count) { room in
            copy(count, at: position, channel: 0, to: room.left)
            if let right = room.right { copy(count, at: position, channel: 1, to: right) }
            return count
        }
    }

    private static func copy(_ count: Int, at position: Int, channel: Int, to target: UnsafeMutablePointer<Float>) {
        table[channel].withUnsafeBufferPointer { table in
            guard let base = table.baseAddress else { return }
            var done = 0
            while done < count {
                let start = (position + done) % table.count
                let length = min(count - done, table.count - start)
                (target + done).update(from: base + start, count: length)
                done += length
            }
        }
    }

    /// Interleaved samples from the first one on.
    static func samples(_ count: Int, channels: Int) -> [Float] {
        (0..<count * channels).map { table[$0 % channels][$0 / channels % (1 << 20)] }
    }
}
