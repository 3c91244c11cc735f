/// The header of a layer III frame (ISO/IEC 11172-3 section 2.4.1.3, ISO/IEC 13818-3, and MPEG-2.5).
struct MPEGAudioHeader: Equatable {
    let sampleRate: Int
    /// Kilobits a second.
    let bitRate: Int
    /// Bytes of the whole frame, the header included.
    let frameLength: Int
    /// Samples per channel.
    let sampleCount: Int
    let channels: Int
    /// Whether two bytes of checksum follow the header.
    let hasChecksum: Bool

    static let length = 4

    private static let bitRates1 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let bitRates2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

    /// nil for bytes that are not the header of a layer III frame of known bit rate.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count >= Self.length else { return nil }
        let header = bytes.prefix(Self.length).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let version = header >> 19 & 3
        guard header >> 21 == 0x7FF, version != 1, header >> 17 & 3 == 1 else { return nil }
        let isVersion1 = version == 3
        let rateIndex = Int(header >> 12 & 15)
        let frequencyIndex = Int(header >> 10 & 3)
        guard (1...14).contains(rateIndex), frequencyIndex < 3 else { return nil }
        bitRate = (isVersion1 ? Self.bitRates1 : Self.bitRates2)[rateIndex - 1]
        sampleRate = [44100, 48000, 32000][frequencyIndex] / (isVersion1 ? 1 : version == 2 ? 2 : 4)
        channels = header >> 6 & 3 == 3 ? 1 : 2
        hasChecksum = header >> 16 & 1 == 0
        sampleCount = isVersion1 ? 1152 : 576
        frameLength = sampleCount / 8 * bitRate * 1000 / sampleRate + Int(header >> 9 & 1)
    }

    /// Bytes of side information behind the header and the checksum.
    var sideInformationLength: Int {
        sampleCount == 1152 ? (channels == 1 ? 17 : 32) : (channels == 1 ? 9 : 17)
    }

    /// Where a frame's sound begins: bytes before the frame, kept in earlier ones (`main_data_begin`).
    func reservoir(in frame: some Collection<UInt8>) -> Int? {
        let start = Self.length + (hasChecksum ? 2 : 0)
        guard frame.count >= start + 2 else { return nil }
        let bytes = frame.dropFirst(start).prefix(2).map { Int($0) }
        return sampleCount == 1152 ? bytes[0] << 1 | bytes[1] >> 7 : bytes[0]
    }

    /// A frame of silence like this one: all of its side information is zero, which means that no sound is coded.
    static func silence(like frame: some Collection<UInt8>) -> [UInt8]? {
        var header = Array(frame.prefix(length))
        guard header.count == length else { return nil }
        // No checksum, no padding.
        header[1] |= 1
        header[2] &= ~2
        guard let parsed = MPEGAudioHeader(header) else { return nil }
        return header + [UInt8](repeating: 0, count: max(parsed.frameLength - length, 0))
    }
}
