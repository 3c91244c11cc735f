/// Measures the loudness of a sound as it passes (ITU-R BS.1770-4, annex 1). Both channels go through the filters side by
/// side: one after the other, as libebur128 has it, they wait for their own last result at every sample, and the
/// measurement takes a tenth as long as the encoding instead of a sixtieth.
struct LoudnessMeter: Sendable {
    /// Blocks overlap by three quarters, so they are made of quarters.
    private static let quarters = 4

    private let weighting: KWeighting
    private let channels: Int
    /// Samples per channel of a quarter of a block: 100 ms.
    private let quarterLength: Int
    private var memories = (KWeighting.Memory(), KWeighting.Memory())
    /// The sum of squares of the current quarter and how many samples it has.
    private var current = (energy: 0.0, count: 0)
    /// The sums of the quarters before it, the latest last; fewer than a block's.
    private var earlier: [Double] = []
    private var gate = LoudnessGate()

    init(_ format: SoundFormat) {
        weighting = KWeighting(sampleRate: format.sampleRate)
        channels = format.channels
        quarterLength = (format.sampleRate + 5) / 10
    }

    /// Takes samples of the buffer in.
    mutating func add(_ buffer: borrowing PCMBuffer, _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(start + quarterLength - current.count, range.upperBound)
            buffer.withSamples(in: start..<end) { left, right in
                if channels == 2 { add(left, right, end - start) } else { add(left, end - start) }
            }
            current.count += end - start
            if current.count == quarterLength { endQuarter() }
            start = end
        }
    }

    /// The loudness of all that came in, in LUFS; nil for silence.
    var integrated: Double? { gate.integrated }

    private mutating func add(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int) {
        // Copies, so that the loop keeps them in registers.
        var (leftMemory, rightMemory) = memories
        var energy = current.energy
        let weighting = weighting
        for index in 0..<count {
            let weightedLeft = weighting.weigh(left[index], &leftMemory)
            let weightedRight = weighting.weigh(right[index], &rightMemory)
            energy += weightedLeft * weightedLeft + weightedRight * weightedRight
        }
        (memories, current.energy) = ((leftMemory, rightMemory), energy)
    }

    private mutating func add(_ samples: UnsafePointer<Float>, _ count: Int) {
        var memory = memories.0
        var energy = current.energy
        let weighting = weighting
        for index in 0..<count {
            let weighted = weighting.weigh(samples[index], &memory)
            energy += weighted * weighted
        }
        (memories.0, current.energy) = (memory, energy)
    }

    private mutating func endQuarter() {
        earlier.append(current.energy)
        if earlier.count == Self.quarters {
            gate.add(earlier.reduce(0, +) / Double(Self.quarters * quarterLength))
            earlier.removeFirst()
        }
        current = (0, 0)
        memories.0.settle()
        memories.1.settle()
    }
}
