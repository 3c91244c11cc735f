import CLinux
import Glibc

/// Reading and writing at places of the caller's choice, beside the position.
extension Descriptor {
    /// Writes all of `bytes` from `offset` on: `pwrite(2)`.
    public func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        var count = 0
        while count < bytes.count {
            count += try systemCall("pwrite") {
                pwrite(raw, bytes.baseAddress?.advanced(by: count), bytes.count - count, off_t(offset) + off_t(count))
            }
        }
    }

    /// Fills `buffer` from `offset` on, or as much as there is: `pread(2)`. Returns the number of bytes.
    public func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        var count = 0
        while count < buffer.count {
            let got = try systemCall("pread") {
                pread(raw, buffer.baseAddress?.advanced(by: count), buffer.count - count, off_t(offset) + off_t(count))
            }
            guard got > 0 else { break }
            count += got
        }
        return count
    }

    /// Cuts or stretches the file to `size` bytes: `ftruncate(2)`.
    public func truncate(to size: Int64) throws(SystemError) {
        try systemCall("ftruncate") { ftruncate(raw, off_t(size)) }
    }

    /// Appends all of `source`, the first `size` bytes of it, from `offset` on, without taking them through this process:
    /// `copy_file_range(2)`, which shares the blocks where the file system can.
    public func copy(_ source: borrowing Descriptor, size: Int64, to offset: Int64) throws(SystemError) {
        var (from, to) = (off_t(0), off_t(offset))
        while from < off_t(size) {
            let count = try systemCall("copy_file_range") {
                copy_file_range(source.raw, &from, raw, &to, Int(size) - Int(from), 0)
            }
            // The source is shorter than it was said to be.
            guard count > 0 else { throw SystemError(call: "copy_file_range", subject: "", code: EIO) }
        }
    }
}
