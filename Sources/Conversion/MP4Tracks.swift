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
        /// What it is of (section 8.4.3, `hdlr`): `soun`, `vide`.
        var handler = ""
        /// Whether its samples are in another file, which its data references name (section 8.7.2, `dref`).
        var isElsewhere = false
        /// Whether it refers to other tracks (section 8.3.3, `tref`), such as one with chapters.
        var refers = false
    }

    /// The most boxes that are looked at.
    private static let maximumBoxes = 1 << 14
    /// Bytes of a box's content that are looked at.
    private static let contentLength = 64

    private let file: DescriptorFile
    private var boxes = 0
    private(set) var tracks: [Track] = []

    /// Reads the tracks of a file; none where it is of another kind.
    init(of file: DescriptorFile) throws(DescriptorFile.Failure) {
        self.file = file
        guard MP4Boxes.matches(try file.bytes(at: 0, count: 8)) else { return }
        try read(from: 0, to: file.size, within: "")
    }

    private var sounds: [Track] { tracks.filter { $0.handler == "soun" } }

    /// Whether there are sound tracks and the sound of all is in other files. libav is told not to follow them, and then
    /// finds no sound to read; this says why.
    var areSoundsElsewhere: Bool { !sounds.isEmpty && sounds.allSatisfy(\.isElsewhere) }

    /// Boxes whose removal leaves a film's sound as it is, but saves libav the index of the pictures: 50 MiB for ten hours.
    /// Of a track that refers to the chapters only its samples can go.
    var picturesIndexes: [Int64] {
        sounds.isEmpty
            ? [] : tracks.filter { $0.handler == "vide" }.compactMap { $0.refers ? $0.media : $0.offset }
    }

    /// Reads the boxes of a range.
    private mutating func read(
        from start: Int64, to end: Int64, within parent: String
    ) throws(DescriptorFile.Failure) {
        var offset = start
        while offset <= end - 8, boxes < Self.maximumBoxes {
            boxes += 1
            let bytes = try file.bytes(at: offset, count: 16 + Self.contentLength)
            guard let shortSize = bytes.bigEndian(at: 0, count: 4), let type = bytes.fourCharacterCode(at: 4) else {
                return
            }
            var (size, headerLength) = (shortSize, 8)
            if shortSize == 1 {
                guard let largeSize = bytes.bigEndian(at: 8, count: 8) else { return }
                (size, headerLength) = (largeSize, 16)
            }
            if shortSize == 0 { size = UInt64(end - offset) }
            guard size >= UInt64(headerLength), let length = Int64(exactly: size) else { return }
            let next = length > end - offset ? end : offset + length
            let content = Array(bytes.dropFirst(headerLength))
            try read(parent + "/" + type, content, at: offset, from: offset + Int64(headerLength), to: next)
            offset = next
        }
    }

    private mutating func read(
        _ path: String, _ content: [UInt8], at offset: Int64, from start: Int64, to end: Int64
    ) throws(DescriptorFile.Failure) {
        let current = tracks.indices.last
        switch path {
        case "/moov", "/moov/trak/mdia/minf", "/moov/trak/mdia/minf/dinf":
            try read(from: start, to: end, within: path)
        case "/moov/trak":
            tracks.append(Track(offset: offset))
            try read(from: start, to: end, within: path)
        case "/moov/trak/mdia":
            if let current { tracks[current].media = offset }
            try read(from: start, to: end, within: path)
        case "/moov/trak/tref":
            if let current { tracks[current].refers = true }
        case "/moov/trak/mdia/hdlr":
            if let current { tracks[current].handler = content.fourCharacterCode(at: 8) ?? "" }
        case "/moov/trak/mdia/minf/dinf/dref":
            // Version, flags and count; then the first entry's size, type, version and flags, of which 1 means here.
            guard let current, let flags = content.bigEndian(at: 17, count: 3) else { return }
            tracks[current].isElsewhere = flags & 1 == 0
        default: break
        }
    }
}
