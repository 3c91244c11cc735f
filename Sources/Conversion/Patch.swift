/// Bytes that libav sees in place of a file's own.
struct Patch: Equatable {
    var offset: Int64
    var bytes: [UInt8]

    /// A box of MP4 as one that is skipped. Its type is its second four bytes.
    static func hiding(boxAt offset: Int64) -> Patch { Patch(offset: offset + 4, bytes: Array("free".utf8)) }

    /// A range, of 16 bytes at least, as one box that is skipped (ISO/IEC 14496-12 section 4.2).
    static func hiding(_ range: Range<Int64>) -> Patch {
        let size = range.upperBound - range.lowerBound
        return Patch(
            offset: range.lowerBound,
            bytes: TableBox.bytes(1) + Array("free".utf8) + TableBox.bytes(size >> 32) + TableBox.bytes(size))
    }

    /// Puts its bytes over those that were read at `start`.
    func apply(to buffer: UnsafeMutableRawBufferPointer, readAt start: Int64) {
        let common = (offset..<offset + Int64(bytes.count)).clamped(to: start..<start + Int64(buffer.count))
        for position in common { buffer[Int(position - start)] = bytes[Int(position - offset)] }
    }
}
