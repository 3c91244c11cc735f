/// The last tag of a Flash video (Adobe FLV specification 10.1, annex E.3): the file ends with the tag's size.
enum FLVTags {
    static func matches(_ start: [UInt8]) -> Bool { start.starts(with: Array("FLV\u{1}".utf8)) }

    static func promisedLength(of file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        let previousTagSize = try file.bytes(at: file.size - 4, count: 4).bigEndian(at: 0, count: 4)
        guard let previousTagSize, previousTagSize >= 11 else { return .more }
        let tag = try file.bytes(at: file.size - 4 - Int64(previousTagSize), count: 4)
        // Audio, video or script data; the data's size excludes the tag's own eleven bytes.
        guard let type = tag.first, [8, 9, 18].contains(type & 0x1F), let dataSize = tag.bigEndian(at: 1, count: 3),
            dataSize + 11 == previousTagSize
        else { return .more }
        return .bytes(file.size)
    }
}
