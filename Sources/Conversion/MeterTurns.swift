/// Measures segments in the threads that encode them, one after the other in the order of the sound, so
/// that the result does not depend on which thread was faster.
///
/// Unchecked, because the compiler cannot see the turns: `meter` is only touched by the thread whose segment is next,
/// which alone ends its turn, under the monitor's lock; and by `measure`, when all turns are over.
final class MeterTurns: @unchecked Sendable {
    private var meter: SoundMeter
    /// The index of the segment that is next.
    private let next = Monitor(0)

    init(_ meter: SoundMeter) { self.meter = meter }

    /// Waits for the segment's turn, and takes its own samples in. Every segment must come here before it is encoded: then
    /// those in front are never far.
    func add(_ segment: Segment, frameLength: Int) {
        next.wait { $0 == segment.index ? () : nil }
        defer { next.withLock { $0 += 1 } }
        let start = min(segment.leadIn * frameLength, segment.buffer.count)
        let end = segment.frames.map { start + $0 * frameLength } ?? segment.buffer.count
        meter.add(segment.buffer, start..<end)
    }

    /// What was measured, when all segments have come back.
    func measure() -> SoundMeter { meter }
}
