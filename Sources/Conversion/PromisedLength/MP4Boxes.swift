/// The top-level boxes of MP4, QuickTime and 3GP (ISO/IEC 14496-12 section 4.2).
enum MP4Boxes {
    /// Boxes that a file may begin with; old QuickTime files begin with `moov` or `mdat`.
    private static let first: Set<String> = [
        "ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp", "moof", "sidx",
    ]
    /// Boxes that are believed when they reach past the end. What is not among them is taken for rubbish behind the
    /// film, which cameras and download tools leave.
    private static let known: Set<String> = first.union([
        "uuid", "meta", "mfra", "udta", "emsg", "prft", "ssix", "pdin",
    ])

    static func matches(_ start: [UInt8]) -> Bool {
        start.fourCharacterCode(at: 4).map(first.contains) ?? false
    }

    /// `more` where there is no `moov` box, the index without which nothing can be read.
    static func promisedLength(of file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        var offset: Int64 = 0
        var hasIndex = false
        var isFragmented = false
        /// Where the last fragment ends that an index of fragments names.
        var indexed: Int64 = 0
        for _ in 0..<PromisedLength.maximumHeaders {
            let header = try file.bytes(at: offset, count: 16)
            guard let shortSize = header.bigEndian(at: 0, count: 4), let type = header.fourCharacterCode(at: 4) else {
                // Up to seven bytes are left: none, QuickTime's terminator of zeros, rubbish, or the start of a header,
                // where another fragment may follow.
                let isPlain = header.allSatisfy { $0 == 0 } || hasIndex && !isFragmented
                return isPlain ? end(max(offset, indexed), hasIndex) : .more
            }
            guard known.contains(type) else { return end(max(offset, indexed), hasIndex) }
            if type == "moov" { hasIndex = true }
            if type == "moof" { isFragmented = true }
            let size: UInt64
            switch shortSize {
            case 0: return end(max(file.size, indexed), hasIndex)  // To the end of the file.
            case 1:
                guard let largeSize = header.bigEndian(at: 8, count: 8) else { return .more }
                size = largeSize
            default: size = shortSize
            }
            guard size >= 8, let length = Int64(exactly: size), length < .max - offset else {
                return end(max(offset, indexed), hasIndex)
            }
            offset += length
            if offset > file.size { return .bytes(offset) }
            if type == "sidx" { indexed = max(indexed, try indexedEnd(of: file, from: offset - length, to: offset)) }
        }
        return .unknown
    }

    /// Where the last of the fragments ends that a Segment Index names (ISO/IEC 14496-12 section 8.16.3); 0 where it
    /// cannot be read.
    private static func indexedEnd(
        of file: DescriptorFile, from start: Int64, to end: Int64
    ) throws(DescriptorFile.Failure) -> Int64 {
        // A box has 65,535 entries of 12 bytes at most.
        let box = try file.bytes(at: start, count: Int(min(end - start, 1 << 20)))
        // Behind version, identifier and time scale come the earliest time and the distance to the first fragment.
        guard let version = box.bigEndian(at: 8, count: 1) else { return 0 }
        let width = version == 0 ? 4 : 8
        guard let distance = box.bigEndian(at: 20 + width, count: width), distance < 1 << 60,
            let count = box.bigEndian(at: 22 + 2 * width, count: 2)
        else { return 0 }
        let sizes = (0..<Int(count)).map { index in
            // The first bit says whether it is another index.
            (box.bigEndian(at: 24 + 2 * width + 12 * index, count: 4) ?? 0) & 0x7FFF_FFFF
        }
        return end + Int64(distance) + sizes.reduce(0) { $0 + Int64($1) }
    }

    private static func end(_ offset: Int64, _ hasIndex: Bool) -> PromisedLength {
        hasIndex ? .bytes(offset) : .more
    }
}
