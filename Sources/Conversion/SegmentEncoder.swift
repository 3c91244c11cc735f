import ConversionContract

/// Encodes the sound on several threads: cut into segments, each encoded by an encoder of its own, the frames joined in
/// order. The caller's thread only cuts and joins.
///
/// The frames are as many as those of one encoder, and each stands for the same samples.
final class SegmentEncoder: SoundEncoder {
    let delay: Int
    private let settings: EncoderSettings
    private let plan: SegmentPlan
    private let turns: MeterTurns
    private let threads: EncoderThreads
    private var cutter: SegmentCutter
    private var splitter = FrameSplitter()
    private(set) var sampleCount = 0
    /// Frames that came out.
    private var frames = 0
    /// Frames that must have come out by now.
    private var expectedFrames = 0
    /// Frames of the segments that were given away and did not come back.
    private var pending: [Int] = []
    /// Segments that came back.
    private var joined = 0

    init(_ settings: EncoderSettings, plan: SegmentPlan, loudness: LoudnessMode = .off) throws {
        // LAME fills its shared tables with its first encoder, before there are threads.
        let encoder = try LAMEEncoder(settings)
        delay = encoder.delay
        (self.settings, self.plan) = (settings, plan)
        let frameLength = settings.format.frameLength
        func buffer() -> PCMBuffer {
            // Decoders hand on more samples than a frame at once.
            PCMBuffer(
                channels: settings.format.channels, capacity: plan.capacity(frameLength: frameLength) + 8 * frameLength)
        }
        cutter = SegmentCutter(plan, frameLength: frameLength, buffer: buffer())
        turns = MeterTurns(SoundMeter(settings.format, loudness: loudness, volume: encoder.volume))
        threads = try EncoderThreads(
            plan.threads, settings: settings, turns: turns, buffers: (1..<plan.segmentsInMemory).map { _ in buffer() })
    }

    func encode(_ write: (inout PCMBuffer) throws -> Void, _ body: FrameHandler) throws {
        let before = cutter.count
        try cutter.append(write)
        sampleCount += cutter.count - before
        while cutter.isComplete {
            let segment = try cutter.cut(spareBuffer(body))
            if let frames = segment.frames { pending.append(frames) }
            threads.encode(segment)
        }
    }

    func finish(_ body: FrameHandler) throws -> Int {
        let last = cutter.finish()
        threads.encode(last)
        while !pending.isEmpty { try joinNext(body) }
        if case .frames(let bytes) = try threads.next(index: joined, wantsBuffer: false) { try join(bytes, body) }
        return try padding(frames: frames, frameLength: settings.format.frameLength, remainder: splitter.remainder)
    }

    var measured: SoundMeter { turns.measure() }

    /// Waits for room for another segment, and joins what is done meanwhile.
    private func spareBuffer(_ body: FrameHandler) throws -> PCMBuffer {
        while true {
            // Frames that wait for an earlier segment take memory too.
            let wantsBuffer = pending.count < 2 * plan.segmentsInMemory
            switch try threads.next(index: joined, wantsBuffer: wantsBuffer) {
            case .buffer(let buffer): return buffer
            case .frames(let bytes): try joinSegment(bytes, body)
            }
        }
    }

    private func joinNext(_ body: FrameHandler) throws {
        if case .frames(let bytes) = try threads.next(index: joined, wantsBuffer: false) {
            try joinSegment(bytes, body)
        }
    }

    /// Joins the frames of a segment that is not the last.
    private func joinSegment(_ bytes: [UInt8], _ body: FrameHandler) throws {
        expectedFrames += pending.removeFirst()
        try join(bytes, body)
        guard frames == expectedFrames, splitter.remainder == 0 else {
            throw WrongFrameCount(expected: expectedFrames, actual: frames)
        }
    }

    private func join(_ bytes: [UInt8], _ body: FrameHandler) throws {
        joined += 1
        try splitter.append({ $0.append(contentsOf: bytes) }) { frame in
            frames += 1
            try body(frame)
        }
    }
}
