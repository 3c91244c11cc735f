/// Where the sound is cut into segments that are encoded at the same time. All lengths are in frames of the MP3.
struct SegmentPlan: Sendable, Equatable {
    /// Frames that an encoder gets from before its segment, so that its filters and its psychoacoustic model are as they
    /// would be had it encoded all that came before. They are encoded and thrown away.
    static let leadIn = 8
    /// Frames that an encoder gets from behind its segment, because it looks ahead.
    static let lookahead = 1
    /// The longest segment: some 30 seconds, so that the lead-in is below one percent of the work.
    static let maximumLength = 1280
    /// The shortest one, but for the last: the lead-in is six percent of the work.
    static let minimumLength = 128
    /// The memory for samples that all segments together may take, in bytes: where there are many threads, segments are
    /// shorter.
    static let budget = 40 << 20

    let threads: Int
    /// Frames that the whole sound is thought to have; nil where nobody knows.
    let expected: Int?
    /// The longest segment of this sound.
    let longest: Int

    init(format: SoundFormat, threads: Int, expectedDuration: Double?) {
        self.threads = max(threads, 1)
        expected = expectedDuration.map {
            Int(min(max($0, 0), 1e9) * Double(format.sampleRate) / Double(format.frameLength))
        }
        let frameSize = format.frameLength * format.channels * MemoryLayout<Float>.size
        let affordable = Self.budget / (Self.segmentsInMemory(threads: self.threads) * frameSize)
        longest = min(max(affordable, 2 * Self.minimumLength), Self.maximumLength)
    }

    /// Whether there is work for more than one thread.
    var isWorthwhile: Bool { threads > 1 && expected ?? .max >= 2 * Self.minimumLength }

    /// One for each encoder, and one that is filled.
    static func segmentsInMemory(threads: Int) -> Int { threads + 1 }

    var segmentsInMemory: Int { Self.segmentsInMemory(threads: threads) }

    /// Samples per channel of the longest segment, with what it gets from before and behind.
    func capacity(frameLength: Int) -> Int { (Self.leadIn + longest + Self.lookahead) * frameLength }

    /// How long the segment is that starts at this frame. The first ones are short, so that all encoders begin at once,
    /// and so are the last, so that all end at once. In between the encoders must not end together, or they would wait
    /// for each other's next segment: each of the first ones is longer than the one before.
    func length(index: Int, start: Int) -> Int {
        let growing = Self.minimumLength * (threads + 3 * min(index, 4 * threads)) / threads
        // Past what was promised, and where nothing was, the end may come at any time.
        let shrinking: Int =
            if let expected, expected > start { (expected - start) / (2 * threads) } else { Self.maximumLength / 2 }
        return min(max(min(growing, shrinking), Self.minimumLength), longest)
    }
}
