import Glibc

/// How strongly the ear takes each pitch: the two filters of ITU-R BS.1770-4 (annex 1, figures 2 and 4), for any sample
/// rate. They are the standard's own at 48 kHz; for the other rates, their analogue prototypes are transformed anew
/// (bilinear, the corner frequencies kept).
struct KWeighting: Sendable {
    /// The head's shelf: numerator and denominator, normalised.
    private let shelf: (b0: Double, b1: Double, b2: Double, a1: Double, a2: Double)
    /// The high-pass, whose numerator is 1, −2, 1.
    private let highPass: (a1: Double, a2: Double)

    init(sampleRate: Int) {
        var (corner, quality) = (tan(.pi * 1681.974450955533 / Double(sampleRate)), 0.7071752369554196)
        let high = pow(10, 3.999843853973347 / 20)
        let band = pow(high, 0.4996667741545416)
        var scale = 1 + corner / quality + corner * corner
        shelf = (
            b0: (high + band * corner / quality + corner * corner) / scale,
            b1: 2 * (corner * corner - high) / scale,
            b2: (high - band * corner / quality + corner * corner) / scale,
            a1: 2 * (corner * corner - 1) / scale, a2: (1 - corner / quality + corner * corner) / scale
        )
        (corner, quality) = (tan(.pi * 38.13547087602444 / Double(sampleRate)), 0.5003270373238773)
        scale = 1 + corner / quality + corner * corner
        highPass = (
            a1: 2 * (corner * corner - 1) / scale, a2: (1 - corner / quality + corner * corner) / scale
        )
    }

    /// What the filters of one channel remember (transposed direct form II: the shortest way from sample to sample).
    struct Memory: Sendable {
        fileprivate var shelf = (0.0, 0.0)
        fileprivate var highPass = (0.0, 0.0)

        /// Forgets what nobody hears, which the processor would be slow with, and what is no number.
        mutating func settle() {
            let size = abs(shelf.0) + abs(shelf.1) + abs(highPass.0) + abs(highPass.1)
            if !(size > 1e-30 && size.isFinite) { self = Memory() }
        }
    }

    /// The next sample, weighted.
    @inline(__always)
    func weigh(_ sample: Float, _ memory: inout Memory) -> Double {
        let input = Double(sample)
        let middle = shelf.b0 * input + memory.shelf.0
        memory.shelf.0 = shelf.b1 * input - shelf.a1 * middle + memory.shelf.1
        memory.shelf.1 = shelf.b2 * input - shelf.a2 * middle
        let output = middle + memory.highPass.0
        memory.highPass.0 = memory.highPass.1 - 2 * middle - highPass.a1 * output
        memory.highPass.1 = middle - highPass.a2 * output
        return output
    }
}
