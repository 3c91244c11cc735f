/// Goes through the index of a long track in windows, each shown to libav as if it were the whole: libav keeps 24 bytes for
/// each sample of a track for as long as it has the file open, and for a moment as much again where there is an edit list.
/// Ten hours of AAC took 50 MiB more for it than ten minutes.
///
/// Nothing is copied: the tables of a window are the file's own with other headers (`TableBox.showing`), and only where a
/// window begins within a run of equal samples, or of chunks, are there other numbers.
struct SampleWindows {
    /// Samples that a window has at least, except for the last: six minutes of AAC.
    static let length: Int64 = 1 << 14
    /// The most windows of a track, each of which takes as long as opening the file does. That is 27 hours of AAC; where it
    /// is longer they are, too.
    private static let maximumCount: Int64 = 256
    /// Kinds of sound of which all is in these tables; not encrypted.
    private static let formats: Set<String> = ["mp4a", "alac", "ac-3", "ec-3", ".mp3"]
    /// How long a sample may be. More libav takes for less than nothing.
    private static let durations: ClosedRange<Int64> = 1...Int64(Int32.max)

    struct Window {
        /// What makes the file one with this window only.
        var patches: [Patch] = []
        /// Samples that it has.
        var count: Int64 = 0
        /// Where its first sample is in the file.
        var start: Int64 = 0
        /// How long its last sample is, in units of the track.
        var lastDuration: Int64 = 0
    }

    private let edits: Int64?
    private let length: Int64
    private var times: TableBox
    private var chunks: TableBox
    private let sizes: TableBox
    private var places: TableBox
    /// Samples that are shown, up to the end of the edit list.
    private var sampleCount: Int64 = 0
    /// How long libav says the whole is, in units of the track.
    private var duration: Int64 = 0

    // Where the next window begins.
    private var sample: Int64 = 0
    private var chunk: Int64 = 0
    private var chunkEntry: Int64 = 0
    private var time: (entry: Int64, used: Int64) = (0, 0)

    /// nil where the track is short, or out of the ordinary in any way: libav is to read that by itself.
    init?(
        _ table: SampleTable, of file: DescriptorFile, movieScale: UInt64, length: Int64
    ) throws(DescriptorFile.Failure) {
        let scales = 1...UInt64(Int32.max)
        guard table.isOrdinary, table.descriptions == 1, Self.formats.contains(table.format),
            scales.contains(table.timeScale), scales.contains(movieScale), table.edits == nil || table.edit != nil,
            let times = try TableBox(table.times, of: file, width: 8),
            let chunks = try TableBox(table.chunks, of: file, width: 12),
            let sizes = try TableBox(table.sizes, of: file, width: 4, hasCommonValue: true), sizes.count > 2 * length,
            let places = try TableBox(table.places, of: file, width: table.placeWidth)
        else { return nil }
        (self.times, self.chunks, self.sizes, self.places) = (times, chunks, sizes, places)
        (edits, self.length) = (table.edits, max(length, sizes.count / Self.maximumCount))
        guard try areChunksInOrder(), let shown = try shownSamples(table, Int64(movieScale)), shown > 2 * length else {
            return nil
        }
        sampleCount = shown
    }

    /// Whether every chunk has samples, and all chunks have all samples.
    private mutating func areChunksInOrder() throws(DescriptorFile.Failure) -> Bool {
        var samples: Int64 = 0
        guard try chunks.entry(0)?[0] == 1 else { return false }
        for index in 0..<chunks.count {
            guard let entry = try chunks.entry(index) else { return false }
            let end = try chunks.entry(index + 1)?[0] ?? places.count + 1
            guard end > entry[0], end <= places.count + 1, entry[1] > 0, entry[2] == 1 else { return false }
            samples += (end - entry[0]) * entry[1]
        }
        return samples == sizes.count
    }

    /// Samples up to the end of the edit list: libav shows the last that reaches it, and none after that. nil where not all
    /// have a time.
    private mutating func shownSamples(
        _ table: SampleTable, _ movieScale: Int64
    ) throws(DescriptorFile.Failure) -> Int64? {
        let timeScale = Int64(table.timeScale)
        var (start, end) = (Int64(0), Int64.max)
        if let edit = table.edit {
            guard edit.start < 1 << 62, edit.length < (1 << 62) / UInt64(timeScale) else { return nil }
            start = Int64(edit.start)
            // Rounded as libav does it.
            end = start + (Int64(edit.length) * timeScale + movieScale / 2) / movieScale
        }
        var (shown, samples, time) = (Int64?.none, Int64(0), Int64(0))
        for index in 0..<times.count {
            guard let entry = try times.entry(index), entry[0] > 0, entry[0] <= sizes.count - samples,
                Self.durations.contains(entry[1])
            else { return nil }
            // Sound whose samples all last 1 is uncompressed to libav. Single ones are where parts were joined.
            guard entry[1] > 1 || entry[0] == 1 else { return nil }
            let next = time + entry[0] * entry[1]
            if shown == nil, next >= end { shown = samples + max(1, (end - time + entry[1] - 1) / entry[1]) }
            // libav looks for the beginning in the first window.
            let isFirst = samples < length
            if isFirst, samples + entry[0] >= length, start >= time + (length - samples) * entry[1] { return nil }
            (samples, time) = (samples + entry[0], next)
        }
        guard samples == sizes.count else { return nil }
        duration = min(table.duration, time)
        return shown ?? samples
    }

    /// Bits a second of the whole as libav reckons them, which goes by them where it tells which of several sounds is the
    /// best; nil where it takes what else is said.
    func bitRate(_ table: SampleTable) throws(DescriptorFile.Failure) -> Int64? {
        guard duration > 0 else { return nil }
        return Int64(truncatingIfNeeded: try sizes.sum() &* 8 &* table.timeScale / UInt64(duration))
    }

    /// Whether there is no further window.
    var isAtEnd: Bool { sample >= sampleCount }

    /// The next window; nil behind the last.
    mutating func next() throws(DescriptorFile.Failure) -> Window? {
        guard !isAtEnd else { return nil }
        let isFirst = sample == 0
        var window = Window()
        let (firstChunk, firstEntry, firstTime) = (chunk, chunkEntry, time)
        let (numbers, samples) = try takeChunks()
        let count = min(samples, sampleCount - sample)
        window.patches += sizes.showing(sample, count: count) + places.showing(firstChunk, count: chunk - firstChunk)
        window.patches += chunks.showing(firstEntry, count: Int64(numbers.count / 3))
        window.patches.append(
            Patch(offset: chunks.offset(of: firstEntry), bytes: numbers.flatMap { TableBox.bytes($0) }))
        (window.count, window.lastDuration) = (count, try takeTimes(count))
        window.start = try places.entry(firstChunk)?.reduce(0) { $0 << 32 | $1 } ?? 0
        // The first has the edit list and all times: they say how long the whole is.
        if !isFirst, let entry = try times.entry(firstTime.entry) {
            let entries = time.entry - firstTime.entry + (time.used > 0 ? 1 : 0)
            window.patches += times.showing(firstTime.entry, count: entries)
            window.patches.append(
                Patch(offset: times.offset(of: firstTime.entry), bytes: TableBox.bytes(entry[0] - firstTime.used)))
            if let edits { window.patches.append(.hiding(boxAt: edits)) }
        }
        sample += count
        return window
    }

    /// Chunks with so many samples as a window has, as entries of `stsc` that count from its first chunk. No window has a
    /// single sample: that one could last 1.
    private mutating func takeChunks() throws(DescriptorFile.Failure) -> (entries: [Int64], samples: Int64) {
        let first = chunk
        var entries: [Int64] = []
        var samples: Int64 = 0
        // Of the places of one chunk there would be no room for a header; and of each entry comes no more than one.
        while samples < length || chunk == 1 || sampleCount - sample - samples == 1, chunk < places.count,
            let entry = try chunks.entry(chunkEntry)
        {
            let end = try chunks.entry(chunkEntry + 1).map { $0[0] - 1 } ?? places.count
            let taken = min(end - chunk, max(chunk == 0 ? 2 : 1, (length - samples + entry[1] - 1) / entry[1]))
            entries += [chunk - first + 1, entry[1], entry[2]]
            samples += taken * entry[1]
            chunk += taken
            if chunk == end { chunkEntry += 1 }
        }
        return (entries, samples)
    }

    /// Moves on by so many samples; returns how long the last is.
    private mutating func takeTimes(_ count: Int64) throws(DescriptorFile.Failure) -> Int64 {
        var (rest, last) = (count, Int64(0))
        while rest > 0, let entry = try times.entry(time.entry) {
            let step = min(rest, entry[0] - time.used)
            (rest, last) = (rest - step, entry[1])
            time.used += step
            if time.used == entry[0] { time = (time.entry + 1, 0) }
        }
        return last
    }
}
