/// The elements of Matroska and WebM (RFC 8794 section 4 to 6, RFC 9559 section 5.1).
enum EBMLElements {
    private static let header: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3]
    private static let segment: UInt64 = 0x1853_8067

    static func matches(_ start: [UInt8]) -> Bool { start.starts(with: header) }

    /// The end of the Segment where its size is known. A live recording leaves it unknown; then its parts are walked,
    /// into those that are of unknown size too.
    static func promisedLength(of file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        var offset: Int64 = 0
        for _ in 0..<PromisedLength.maximumHeaders {
            let bytes = try file.bytes(at: offset, count: 12)
            if bytes.isEmpty { return .bytes(offset) }
            guard let element = element(bytes) else { return bytes.count < 12 ? .more : .unknown }
            offset += Int64(element.headerLength)
            if let size = element.size {
                guard let length = Int64(exactly: size), length < .max - offset else { return .unknown }
                offset += length
                if offset > file.size || element.identifier == segment { return .bytes(offset) }
            }
        }
        return .unknown
    }

    struct Element: Equatable {
        var identifier: UInt64
        /// nil for the reserved value of all ones: unknown (RFC 8794 section 6.2).
        var size: UInt64?
        var headerLength: Int
    }

    /// An identifier of one to four bytes and a size of one to eight.
    static func element(_ bytes: [UInt8]) -> Element? {
        guard let first = bytes.first, first.leadingZeroBitCount < 4 else { return nil }
        let identifierLength = first.leadingZeroBitCount + 1
        guard let identifier = bytes.bigEndian(at: 0, count: identifierLength), bytes.count > identifierLength else {
            return nil
        }
        let sizeLength = bytes[identifierLength].leadingZeroBitCount + 1
        guard sizeLength <= 8, let coded = bytes.bigEndian(at: identifierLength, count: sizeLength) else { return nil }
        let mask = (UInt64(1) << UInt64(7 * sizeLength)) - 1
        let size = coded & mask
        return Element(
            identifier: identifier, size: size == mask ? nil : size, headerLength: identifierLength + sizeLength)
    }
}
