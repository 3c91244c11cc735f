/// The File Properties Object of ASF and WMV (Advanced Systems Format specification 1.2, section 3.2).
enum ASFObjects {
    /// ASF_Header_Object and ASF_File_Properties_Object, as they stand in the file.
    private static let header: [UInt8] = [
        0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C,
    ]
    private static let fileProperties: [UInt8] = [
        0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65,
    ]

    static func matches(_ start: [UInt8]) -> Bool { start.starts(with: header) }

    static func promisedLength(of file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        var offset: Int64 = 30
        for _ in 0..<256 {
            let object = try file.bytes(at: offset, count: 92)
            guard let size = object.littleEndian(at: 16, count: 8), size >= 24,
                let length = Int64(exactly: size), length < .max - offset
            else { return .unknown }
            if object.starts(with: fileProperties) {
                guard let total = object.littleEndian(at: 40, count: 8),
                    let flags = object.littleEndian(at: 88, count: 4),
                    let bytes = Int64(exactly: total), flags & 1 == 0, bytes > 0
                else { return .unknown }  // Bit 0: a broadcast, whose size was never filled in.
                return .bytes(bytes)
            }
            offset += length
        }
        return .unknown
    }
}
