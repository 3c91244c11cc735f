/// The outermost chunks of AVI and WAV (RIFF, with OpenDML's further `RIFF AVIX` chunks), RF64 (EBU Tech 3306) and
/// AIFF (EA IFF 85).
enum IFFChunks {
    static func matches(_ start: [UInt8]) -> Bool {
        switch (start.fourCharacterCode(at: 0), start.fourCharacterCode(at: 8)) {
        case ("RIFF", "AVI "), ("RIFF", "WAVE"), ("RF64", "WAVE"), ("FORM", "AIFF"), ("FORM", "AIFC"): true
        default: false
        }
    }

    static func promisedLength(of file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        var offset: Int64 = 0
        for _ in 0..<PromisedLength.maximumHeaders {
            let header = try file.bytes(at: offset, count: 28)
            let size: UInt64?
            switch header.fourCharacterCode(at: 0) {
            case "RIFF": size = header.littleEndian(at: 4, count: 4)
            case "FORM": size = header.bigEndian(at: 4, count: 4)
            // The 64-bit size is in the `ds64` chunk, which comes first.
            case "RF64" where header.fourCharacterCode(at: 12) == "ds64": size = header.littleEndian(at: 20, count: 8)
            default: return .bytes(offset)
            }
            // Recorders that cannot seek leave zero or nearly all ones, with a sign bit or without (SoX: 0x7FFFF000 and a
            // header).
            guard let size, size > 0, !(0x7FFF_F000...0x7FFF_FFFF).contains(size),
                size < 0xFFFF_FF00 || header.fourCharacterCode(at: 0) == "RF64",
                let length = Int64(exactly: size), length < .max - offset - 16
            else { return .unknown }
            // Some writers count the eight bytes of the header too.
            if offset + length > file.size { return .bytes(offset + 8 + length) }
            offset = min(offset + 8 + length + length % 2, file.size)
        }
        return .unknown
    }
}
