/// Goes through the index of a long track in windows, each shown to libav as if it were the whole: libav keeps 24 bytes for
/// each sample of a track for as long as it has the file open, and as much again while it reads an edit list. That is 80 MiB
/// for ten hours of AAC.
///
/// Nothing is copied: the tables of a window are the file's own with other headers (`TableBox.showing`), and only where a
/// window begins within a run of equal samples, or of chunks, are there other numbers.
struct SampleWindows {
    /// Samples that a window has at least, except for the last: twelve minutes of AAC.
    static let length: Int64 = 1 << 15

    struct Window {
        /// What makes the file one with this window only.
        var patches: [Patch] = []
        /// How long its last sample is, in units of the track.
        var lastDuration: Int64 = 0
    }

    private let edits: Int64?
    private let length: Int64
    private var times: TableBox
    private var chunks: TableBox
    private let sizes: TableBox
    private let places: TableBox
    /// Samples that are shown, up to the end of the edit list.
    private var sampleCount: Int64 = 0

    // Where the next window begins.
    private var sample: Int64 = 0
    private var chunk: Int64 = 0
    private var chunkEntry: Int64 = 0
    private var time: (entry: Int64, used: Int64) = (0, 0)

    /// nil where the track is short, or out of the ordinary in any way: libav is to read that by itself.
    init?(
        _ table: SampleTable, of file: DescriptorFile, movieScale: UInt64, length: Int64
    ) throws(DescriptorFile.Failure) {
        guard table.descriptions == 1, table.timeScale > 0, movieScale > 0, table.edits == nil || table.edit != nil,
            let times = try TableBox(table.times, of: file, width: 8),
            let chunks = try TableBox(table.chunks, of: file, width: 12),
            let sizes = try TableBox(table.sizes, of: file, width: 4, hasCommonValue: true), sizes.count > 2 * length,
            let places = try TableBox(table.places, of: file, width: table.placeWidth)
        else { return nil }
        (self.times, self.chunks, self.sizes, self.places) = (times, chunks, sizes, places)
        (edits, self.length) = (table.edits, length)
        guard try areChunksInOrder(), let shown = try shownSamples(table, movieScale), shown > 2 * length else {
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
        _ table: SampleTable, _ movieScale: UInt64
    ) throws(DescriptorFile.Failure) -> Int64? {
        var end = Double.infinity
        if let edit = table.edit, edit.length > 0 {
            end = Double(edit.start) + (Double(edit.length) * Double(table.timeScale) / Double(movieScale)).rounded()
        }
        let start = Double(table.edit?.start ?? 0)
        var (shown, samples, time) = (Int64?.none, Int64(0), 0.0)
        for index in 0..<times.count {
            guard let entry = try times.entry(index), entry[0] > 0, entry[1] > 0 else { return nil }
            if shown == nil, time + Double(entry[0] * entry[1]) >= end {
                shown = samples + max(1, Int64(((end - time) / Double(entry[1])).rounded(.up)))
            }
            // libav looks for the beginning in the first window.
            let isFirst = samples < length
            if isFirst, samples + entry[0] >= length, start >= time + Double((length - samples) * entry[1]) {
                return nil
            }
            samples += entry[0]
            time += Double(entry[0] * entry[1])
        }
        guard samples == sizes.count else { return nil }
        return shown ?? samples
    }

    /// Whether there is no further window.
    var isAtEnd: Bool { sample >= sampleCount }

    /// The next window; nil behind the last.
    mutating func next() throws(DescriptorFile.Failure) -> Window? {
        guard !isAtEnd else { return nil }
        let isFirst = sample == 0
        var window = Window()
        let (firstChunk, firstEntry) = (chunk, chunkEntry)
        let (numbers, samples) = try takeChunks()
        let count = min(samples, sampleCount - sample)
        window.patches += sizes.showing(sample, count: count) + places.showing(firstChunk, count: chunk - firstChunk)
        window.patches += chunks.showing(firstEntry, count: Int64(numbers.count / 3))
        window.patches.append(
            Patch(offset: chunks.offset(of: firstEntry), bytes: numbers.flatMap { TableBox.bytes($0) }))
        // The first has the edit list and all times: they say how long the whole is.
        if !isFirst, let entry = try times.entry(time.entry) {
            window.patches += times.showing(time.entry, count: times.count - time.entry)
            window.patches.append(
                Patch(offset: times.offset(of: time.entry), bytes: TableBox.bytes(entry[0] - time.used)))
            if let edits { window.patches.append(.hiding(boxAt: edits)) }
        }
        window.lastDuration = try takeTimes(count)
        sample += count
        return window
    }

    /// Chunks with so many samples as a window has, as entries of `stsc` that count from its first chunk.
    private mutating func takeChunks() throws(DescriptorFile.Failure) -> (entries: [Int64], samples: Int64) {
        let first = chunk
        var entries: [Int64] = []
        var samples: Int64 = 0
        // Of the places of one chunk there would be no room for a header; and of each entry comes no more than one.
        while samples < length || chunk == 1, chunk < places.count, let entry = try chunks.entry(chunkEntry) {
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
