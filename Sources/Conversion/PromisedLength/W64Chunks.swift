/// The outermost chunk of Sony Wave64 (Sonic Foundry, "Wave 64 File Format"): a GUID, and a size that counts both.
enum W64Chunks {
    private static let riff: [UInt8] =
        Array("riff".utf8) + [
            0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00,
        ]

    static func matches(_ start: [UInt8]) -> Bool { start.starts(with: riff) }

    static func promisedLength(start: [UInt8]) -> PromisedLength {
        guard let bits = start.littleEndian(at: 16, count: 8) else { return .more }
        // Recorders that cannot seek leave zero or nearly all ones.
        guard let size = Int64(exactly: bits), size > 40, size < .max - 0xFFFF else { return .unknown }
        return .bytes(size)
    }
}
