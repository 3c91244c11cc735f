/// What the index of an MP4 or QuickTime file says of its tracks (ISO/IEC 14496-12 section 8.3), for what libav does not
/// tell, or costs.
///
/// The file is taken as hostile: a bounded number of boxes, each of a known depth, and every step moves forward.
struct MP4Tracks {
    /// One `trak` box.
    struct Track: Equatable {
        /// Where the box begins.
        var offset: Int64
        /// Where its `mdia` box begins, which has the index of its samples; nil where there is none.
        var media: Int64?
        /// What it is called by others (section 8.3.2, `tkhd`), and by libav.
        var identifier: UInt64 = 0
        /// What it is of (section 8.4.3, `hdlr`): `soun`, `vide`.
        var handler = ""
        /// Whether its samples are in another file, which its data references name (section 8.7.2, `dref`).
        var isElsewhere = false
        /// Whether it refers to other tracks (section 8.3.3, `tref`), such as one with chapters.
        var refers = false
        /// Where and when its samples are.
        var table = SampleTable()
        /// Boxes of which there should be no second.
        var found: Set<String> = []
    }

    /// The most boxes that are looked at.
    private static let maximumBoxes = 1 << 14

    let file: DescriptorFile
    private var boxes = 0
    var tracks: [Track] = []
    /// Units a second in which edit lists count (section 8.2.2, `mvhd`).
    var timeScale: UInt64 = 0
    /// Samples of a window; a test has smaller ones.
    var windowLength = SampleWindows.length
    /// Whether there is one index, and nothing that adds to it, such as fragments that have one each (section 8.8.1,
    /// `mvex`).
    var isOrdinary = true
    /// From the first fragment, or an index of them in front of it, to the end of the file (section 8.8.4, `moof`; section
    /// 8.16.3, `sidx`).
    var fragments: Range<Int64>?
    /// Fragments of a window; a test has fewer.
    var fragmentCount = FragmentWindows.length

    /// Reads the tracks of a file; none where it is of another kind.
    init(of file: DescriptorFile) throws(DescriptorFile.Failure) {
        self.file = file
        guard MP4Boxes.matches(try file.bytes(at: 0, count: 8)) else { return }
        try read(from: 0, to: file.size, within: "")
    }

    var sounds: [Track] { tracks.filter { $0.handler == "soun" } }

    /// Whether there are sound tracks and the sound of all is in other files. libav is told not to follow them, and then
    /// finds no sound to read; this says why.
    var areSoundsElsewhere: Bool { !sounds.isEmpty && sounds.allSatisfy(\.isElsewhere) }

    /// Hides boxes without which a film's sound is as it was, and libav is saved the index of the pictures: 50 MiB for ten
    /// hours. Of a track that refers to the chapters only its samples can go.
    var withoutPictures: [Patch] {
        guard !sounds.isEmpty else { return [] }
        return tracks.filter { $0.handler == "vide" }.compactMap { $0.refers ? $0.media : $0.offset }
            .map { .hiding(boxAt: $0) }
    }

    /// The long sounds, of whose index libav can be shown a part at a time.
    func soundWindows() throws(DescriptorFile.Failure) -> [(track: Track, windows: SampleWindows)] {
        guard isOrdinary, boxes < Self.maximumBoxes, Set(tracks.map(\.identifier)).count == tracks.count,
            tracks.allSatisfy({ (1...UInt64(CInt.max)).contains($0.identifier) })
        else { return [] }
        var result: [(track: Track, windows: SampleWindows)] = []
        for track in sounds {
            let windows = try SampleWindows(track.table, of: file, movieScale: timeScale, length: windowLength)
            if let windows { result.append((track, windows)) }
        }
        return result
    }

    /// The fragments of a long film, in parts; nil where there are none, or samples that are in none.
    func fragmentWindows() throws(DescriptorFile.Failure) -> FragmentWindows? {
        guard let fragments, !sounds.isEmpty, sounds.allSatisfy(\.table.isEmpty) else { return nil }
        return try FragmentWindows(of: file, in: fragments, length: fragmentCount)
    }

    /// Reads the boxes of a range.
    mutating func read(from start: Int64, to end: Int64, within parent: String) throws(DescriptorFile.Failure) {
        var offset = start
        while boxes < Self.maximumBoxes {
            let bytes = try file.bytes(at: offset, count: BoxHeader.maximumLength + Self.contentLength)
            guard let header = BoxHeader(bytes, at: offset, within: end) else { return }
            boxes += 1
            let content = Array(bytes.dropFirst(header.length))
            try read(parent + "/" + header.type, content, box: header.range, from: offset + Int64(header.length))
            offset = header.range.upperBound
        }
    }
}
