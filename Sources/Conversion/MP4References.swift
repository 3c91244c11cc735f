/// Whether the sound of a QuickTime file is in another file, which its data references name (ISO/IEC 14496-12 section
/// 8.7.2, `dref`). libav is told not to follow them, and then finds no sound to read; this says why.
///
/// The file is taken as hostile: a bounded number of boxes, each of a known depth, and every step moves forward.
struct MP4References {
    /// The most boxes that are looked at.
    private static let maximumBoxes = 1 << 16
    /// Bytes of a box's content that are looked at.
    private static let contentLength = 64

    private let file: DescriptorFile
    private var boxes = 0
    /// What is said of the track that is being read.
    private var isSound = false
    private var isElsewhere = false
    private var soundTracks = 0
    private var soundTracksElsewhere = 0

    /// True where there are sound tracks and all are elsewhere.
    static func areAllElsewhere(in file: DescriptorFile) throws(DescriptorFile.Failure) -> Bool {
        var references = MP4References(file: file)
        try references.read(from: 0, to: file.size, within: "")
        return references.soundTracks > 0 && references.soundTracks == references.soundTracksElsewhere
    }

    private init(file: DescriptorFile) { self.file = file }

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
            try read(parent + "/" + type, content, from: offset + Int64(headerLength), to: next)
            offset = next
        }
    }

    private mutating func read(
        _ path: String, _ content: [UInt8], from start: Int64, to end: Int64
    ) throws(DescriptorFile.Failure) {
        switch path {
        case "/moov", "/moov/trak/mdia", "/moov/trak/mdia/minf", "/moov/trak/mdia/minf/dinf":
            try read(from: start, to: end, within: path)
        case "/moov/trak":
            (isSound, isElsewhere) = (false, false)
            try read(from: start, to: end, within: path)
            if isSound { soundTracks += 1 }
            if isSound, isElsewhere { soundTracksElsewhere += 1 }
        case "/moov/trak/mdia/hdlr": isSound = content.fourCharacterCode(at: 8) == "soun"
        case "/moov/trak/mdia/minf/dinf/dref":
            // Version, flags and count; then the first entry's size, type, version and flags, of which 1 means here.
            guard let flags = content.bigEndian(at: 17, count: 3) else { return }
            isElsewhere = flags & 1 == 0
        default: break
        }
    }
}
