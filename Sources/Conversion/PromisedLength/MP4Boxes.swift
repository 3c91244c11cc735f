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
        for _ in 0..<PromisedLength.maximumHeaders {
            let header = try file.bytes(at: offset, count: 16)
            guard let shortSize = header.bigEndian(at: 0, count: 4), let type = header.fourCharacterCode(at: 4) else {
                // Up to seven bytes are left: none, QuickTime's terminator of zeros, or the start of a header.
                return header.allSatisfy { $0 == 0 } || hasIndex ? end(offset, hasIndex) : .more
            }
            guard known.contains(type) else { return end(offset, hasIndex) }
            if type == "moov" { hasIndex = true }
            let size: UInt64
            switch shortSize {
            case 0: return end(file.size, hasIndex)  // To the end of the file.
            case 1:
                guard let largeSize = header.bigEndian(at: 8, count: 8) else { return .more }
                size = largeSize
            default: size = shortSize
            }
            guard size >= 8, let length = Int64(exactly: size), length < .max - offset else {
                return end(offset, hasIndex)
            }
            offset += length
            if offset > file.size { return .bytes(offset) }
        }
        return .unknown
    }

    private static func end(_ offset: Int64, _ hasIndex: Bool) -> PromisedLength {
        hasIndex ? .bytes(offset) : .more
    }
}
