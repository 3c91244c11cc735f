/// What a box of MP4 begins with (ISO/IEC 14496-12 section 4.2).
struct BoxHeader {
    let type: String
    /// Bytes of the header.
    let length: Int
    /// The whole box in the file, cut where what is around it ends.
    let range: Range<Int64>

    /// Bytes of the longest header.
    static let maximumLength = 16

    /// nil where there is none before `end`, or it is smaller than its header.
    init?(_ bytes: [UInt8], at offset: Int64, within end: Int64) {
        guard offset <= end - 8, let shortSize = bytes.bigEndian(at: 0, count: 4),
            let type = bytes.fourCharacterCode(at: 4)
        else { return nil }
        var size = shortSize
        switch shortSize {
        case 0: size = UInt64(end - offset)  // To the end.
        case 1:
            guard let largeSize = bytes.bigEndian(at: 8, count: 8) else { return nil }
            size = largeSize
        default: break
        }
        length = shortSize == 1 ? 16 : 8
        guard size >= UInt64(length), let size = Int64(exactly: size) else { return nil }
        self.type = type
        range = offset..<(size > end - offset ? end : offset + size)
    }
}
