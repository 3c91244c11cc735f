import CFFmpeg

/// A picture that belongs to the film as a whole. Its bytes are passed on as they are, never decoded.
struct CoverPicture: Sendable, Equatable {
    /// `image/jpeg` or `image/png`.
    var type: String
    var bytes: [UInt8]

    /// The largest picture that is passed on, in bytes.
    static let maximumSize = 8 << 20

    /// nil for what is neither a JPEG nor a PNG, or too large.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maximumSize else { return nil }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            type = "image/jpeg"
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            type = "image/png"
        } else {
            return nil
        }
        self.bytes = bytes
    }

    /// The first attached picture of a container.
    static func read(_ streams: [UnsafeMutablePointer<AVStream>]) -> CoverPicture? {
        for stream in streams where stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 {
            let packet = stream.pointee.attached_pic
            // Not copied before it is known to be small.
            guard packet.data != nil, packet.size > 0, packet.size <= maximumSize else { continue }
            let bytes = Array(UnsafeBufferPointer(start: packet.data, count: Int(packet.size)))
            if let picture = CoverPicture(bytes) { return picture }
        }
        return nil
    }
}
