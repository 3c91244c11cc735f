import Glibc

/// The loudness of a sound out of the energies of its blocks (ITU-R BS.1770-4, annex 1; EBU R 128): quiet blocks do not
/// count. Its memory does not grow with the sound.
struct LoudnessGate: Sendable {
    /// Blocks quieter than this, in LUFS, are silence.
    private static let absoluteGate = -70.0
    /// Blocks that are quieter than the others' mean by more than this, in LU, do not count.
    private static let relativeGate = -10.0
    /// The classes that blocks are counted in: tenths of a LU, from the absolute gate on.
    private static let classesPerUnit = 10.0
    private static let classCount = 1000

    /// Blocks and the sum of their energies, by class.
    private var classes = [(count: Int, energy: Double)](repeating: (0, 0), count: classCount)

    /// Takes the mean square of a block in, the sum of all channels.
    mutating func add(_ energy: Double) {
        let loudness = Self.loudness(energy)
        guard loudness >= Self.absoluteGate, energy.isFinite else { return }
        let index = min(Self.index(loudness), Self.classCount - 1)
        classes[index].count += 1
        classes[index].energy += energy
    }

    /// In LUFS; nil for silence.
    var integrated: Double? {
        guard let ungated = Self.mean(classes[...]) else { return nil }
        let threshold = Self.loudness(ungated) + Self.relativeGate
        let first = threshold > Self.absoluteGate ? min(Self.index(threshold), Self.classCount - 1) : 0
        return Self.mean(classes[first...]).map(Self.loudness)
    }

    private static func index(_ loudness: Double) -> Int { Int((loudness - absoluteGate) * classesPerUnit) }

    private static func mean(_ classes: ArraySlice<(count: Int, energy: Double)>) -> Double? {
        let sum = classes.reduce((count: 0, energy: 0.0)) { ($0.count + $1.count, $0.energy + $1.energy) }
        return sum.count > 0 ? sum.energy / Double(sum.count) : nil
    }

    private static func loudness(_ energy: Double) -> Double { 10 * log10(energy) - 0.691 }
}
