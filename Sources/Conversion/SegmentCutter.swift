/// Cuts the sound into segments as it comes in.
struct SegmentCutter {
    private let plan: SegmentPlan
    private let frameLength: Int
    private var index = 0
    /// The frame that the current segment starts with.
    private var start = 0
    private var leadIn = 0
    private var length: Int
    private var buffer: PCMBuffer

    /// `buffer` takes the first segment.
    init(_ plan: SegmentPlan, frameLength: Int, buffer: PCMBuffer) {
        (self.plan, self.frameLength, self.buffer) = (plan, frameLength, buffer)
        length = plan.length(index: 0, start: 0)
    }

    /// Lets a writer append samples.
    mutating func append(_ write: (inout PCMBuffer) throws -> Void) rethrows { try write(&buffer) }

    /// Samples per channel of the current segment, the lead-in included.
    var count: Int { buffer.count }

    /// Whether the current segment is complete.
    var isComplete: Bool { buffer.count >= (leadIn + length + SegmentPlan.lookahead) * frameLength }

    /// The complete segment. `spare` takes the next one.
    mutating func cut(_ spare: consuming PCMBuffer) -> Segment {
        let boundary = leadIn + length
        let next = min(boundary, SegmentPlan.leadIn)
        spare.removeAll()
        spare.append(buffer, (boundary - next) * frameLength..<buffer.count)
        let segment = Segment(index: index, leadIn: leadIn, frames: length, buffer: buffer)
        buffer = spare
        (index, start, leadIn) = (index + 1, start + length, next)
        length = plan.length(index: index, start: start)
        return segment
    }

    /// The last segment, which may be empty where the whole sound is.
    consuming func finish() -> Segment { Segment(index: index, leadIn: leadIn, frames: nil, buffer: buffer) }
}
