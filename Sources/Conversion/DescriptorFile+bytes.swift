import Glibc

extension DescriptorFile {
    /// `SEEK_DATA` of lseek(2), which glibc's headers keep for `_GNU_SOURCE`.
    private static let seekData: CInt = 3

    /// The bytes at `offset`: fewer than `count` at the end of the file, none past it.
    func bytes(at offset: Int64, count: Int) throws(Failure) -> [UInt8] {
        guard offset >= 0, offset < size else { return [] }
        var failure: Failure?
        let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(Failure) {
                while filled < count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let read = try read(into: rest, at: offset + Int64(filled))
                    if read == 0 { break }
                    filled += read
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return result
    }

    /// Whether the last `length` bytes were never written: a hole, or space that was only allocated (`SEEK_DATA`).
    /// That is what a client leaves that sets the size first and then goes away.
    func endsInHole(of length: Int64) -> Bool {
        guard size > length else { return false }
        return lseek(descriptor, off_t(size - length), Self.seekData) < 0 && errno == ENXIO
    }
}

extension [UInt8] {
    /// `count` bytes at `offset` as an unsigned number, most significant byte first; nil where they are not all there.
    func bigEndian(at offset: Int, count: Int) -> UInt64? {
        guard offset >= 0, offset + count <= self.count else { return nil }
        return self[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// `count` bytes at `offset` as an unsigned number, least significant byte first; nil where they are not all there.
    func littleEndian(at offset: Int, count: Int) -> UInt64? {
        guard offset >= 0, offset + count <= self.count else { return nil }
        return self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The four characters at `offset`; nil where they are not all there.
    func fourCharacterCode(at offset: Int) -> String? {
        guard offset >= 0, offset + 4 <= count else { return nil }
        return String(self[offset..<offset + 4].map { Character(Unicode.Scalar($0)) })
    }
}
