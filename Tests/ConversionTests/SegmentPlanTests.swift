import Testing

@testable import Conversion

@Suite struct SegmentPlanTests {
    private static let stereo = SoundFormat(sampleRate: 48000, channels: 2)

    /// The lengths of the segments of a sound that is as long as was thought.
    private func lengths(frames: Int, threads: Int, isKnown: Bool) -> [Int] {
        let plan = SegmentPlan(
            format: Self.stereo, threads: threads,
            expectedDuration: isKnown ? Double(frames * Self.stereo.frameLength) / 48000 : nil)
        var (lengths, start) = ([Int](), 0)
        while start < frames {
            lengths.append(min(plan.length(index: lengths.count, start: start), frames - start))
            start += lengths.last ?? frames
        }
        return lengths
    }

    @Test(arguments: [1, 2, 3, 12, 64], [true, false])
    func segmentsCoverTheSound(threads: Int, isKnown: Bool) {
        for frames in [1, 127, 128, 129, 10_000, 1_500_000] {
            let lengths = lengths(frames: frames, threads: threads, isKnown: isKnown)
            #expect(lengths.reduce(0, +) == frames)
            #expect(lengths.dropLast().allSatisfy { SegmentPlan.minimumLength...SegmentPlan.maximumLength ~= $0 })
        }
    }

    /// Long enough that the lead-in is little, and short at both ends, so that all threads have work.
    @Test func segmentsAreLongInTheMiddle() {
        let lengths = lengths(frames: 25_000, threads: 2, isKnown: true)
        #expect(lengths.prefix(3) == [128, 320, 512])
        #expect(lengths.max() == SegmentPlan.maximumLength)
        #expect((lengths.last ?? .max) <= 2 * SegmentPlan.minimumLength)
        #expect(lengths.count * SegmentPlan.leadIn * 100 < 25_000 * 2)
    }

    @Test(arguments: [1, 2, 4, 12])
    func samplesTakeABoundedMemory(threads: Int) {
        let plan = SegmentPlan(format: Self.stereo, threads: threads, expectedDuration: 36_000)
        let bytes = plan.segmentsInMemory * plan.capacity(frameLength: Self.stereo.frameLength) * 8
        #expect(bytes < 42 << 20)
    }

    @Test func shortSoundsStayOnOneThread() {
        #expect(!SegmentPlan(format: Self.stereo, threads: 2, expectedDuration: 5).isWorthwhile)
        #expect(SegmentPlan(format: Self.stereo, threads: 2, expectedDuration: 10).isWorthwhile)
        #expect(SegmentPlan(format: Self.stereo, threads: 2, expectedDuration: nil).isWorthwhile)
        #expect(!SegmentPlan(format: Self.stereo, threads: 1, expectedDuration: 600).isWorthwhile)
    }
}
