/// The chunks of Core Audio Format (Apple, "Core Audio Format Specification 1.0", section "CAF Chunks").
enum CAFChunks {
    static func matches(_ start: [UInt8]) -> Bool { start.fourCharacterCode(at: 0) == "caff" }

    static func promisedLength(of file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        var offset: Int64 = 8
        for _ in 0..<PromisedLength.maximumHeaders {
            let header = try file.bytes(at: offset, count: 12)
            guard !header.isEmpty else { return .bytes(offset) }
            guard let bits = header.bigEndian(at: 4, count: 8) else { return .more }
            // The sound's may be −1, to the end of the file, where it was not known when it began.
            guard let size = Int64(exactly: bits), size < .max - offset - 12 else { return .unknown }
            offset += 12 + size
            if offset > file.size { return .bytes(offset) }
        }
        return .unknown
    }
}
