@testable import Conversion

/// The frames of an MP3, the header frame among them. Every byte behind the ID3v2 tag must belong to one.
struct MP3Frames {
    private(set) var headers: [MPEGAudioHeader] = []
    private(set) var channels = 0

    struct NotAFrame: Error { let offset: Int }

    init(_ bytes: [UInt8]) throws {
        var offset = 0
        if bytes.starts(with: Array("ID3".utf8)) {
            // Four bytes of seven bits each (ID3v2.4 section 3.1).
            offset = 10 + bytes[6..<10].reduce(0) { $0 << 7 | Int($1) }
        }
        while offset < bytes.count {
            guard let header = MPEGAudioHeader(bytes[offset...]) else { throw NotAFrame(offset: offset) }
            headers.append(header)
            channels = bytes[offset + 3] >> 6 == 3 ? 1 : 2
            offset += header.frameLength
        }
    }
}
