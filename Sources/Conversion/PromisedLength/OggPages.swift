/// The last page of an Ogg file (RFC 3533 section 6). Not every writer marks the last page, but all write whole ones.
enum OggPages {
    private static let capture = Array("OggS".utf8)
    /// 27 bytes of header, 255 of lacing values, and as many segments of 255 bytes.
    private static let maximumLength = 27 + 255 + 255 * 255

    static func matches(_ start: [UInt8]) -> Bool { start.starts(with: capture) }

    static func promisedLength(of file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        let base = max(file.size - Int64(maximumLength), 0)
        let tail = try file.bytes(at: base, count: maximumLength)
        guard
            let start = tail.indices.dropLast(capture.count - 1).last(where: { index in
                tail[index] == capture[0] && tail[index..<index + capture.count].elementsEqual(capture)
            })
        else { return .unknown }
        guard start + 27 <= tail.count else { return .more }
        let segments = Int(tail[start + 26])
        guard start + 27 + segments <= tail.count else { return .more }
        let body = tail[start + 27..<start + 27 + segments].reduce(0) { $0 + Int($1) }
        return .bytes(base + Int64(start + 27 + segments + body))
    }
}
