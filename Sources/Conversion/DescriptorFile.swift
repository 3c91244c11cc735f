import Glibc

/// A seekable file behind a descriptor that somebody else owns. It keeps its own position (`pread`, `pwrite`), so the
/// descriptor's does not matter, and remembers the first system call that failed: libav passes errors on as it likes.
///
/// A class, because libav's callbacks need an address that stays.
final class DescriptorFile {
    /// A system call that failed.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let errno: CInt
        let function: String

        var description: String { "\(function): \(String(cString: strerror(errno)))" }
    }

    let descriptor: CInt
    /// The size in bytes when the file was opened here.
    let size: Int64
    /// The most bytes that may be written; nil for none at all.
    let writeLimit: Int64?
    private(set) var position: Int64 = 0
    private(set) var failure: Failure?
    /// Whether a write went past `writeLimit`; it was refused with `EFBIG`.
    private(set) var isOverLimit = false
    /// What libav sees in place of some bytes: whoever reads on at the position.
    var patches: [Patch] = []
    /// Called whenever bytes were read on.
    var onRead: () -> Void = {}

    /// A file to read from.
    init(reading descriptor: CInt) throws(Failure) {
        (self.descriptor, writeLimit) = (descriptor, nil)
        size = try Self.seekableSize(of: descriptor)
    }

    /// A file to write to. One that is open for appending is refused: `pwrite` would ignore its offset.
    init(writing descriptor: CInt, limit: Int64) throws(Failure) {
        (self.descriptor, writeLimit) = (descriptor, limit)
        size = try Self.seekableSize(of: descriptor)
        guard fcntl(descriptor, F_GETFL) & O_APPEND == 0 else {
            throw Failure(errno: EINVAL, function: "pwrite (O_APPEND)")
        }
    }

    private static func seekableSize(of descriptor: CInt) throws(Failure) -> Int64 {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw Failure(errno: errno, function: "lseek") }
        return Int64(size)
    }

    /// Reads up to `buffer.count` of the file's own bytes at `offset`; 0 at the end of the file and behind it (`pread`).
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(Failure) -> Int {
        // An offset that a stranger's file made up may be one that the kernel calls an error (EINVAL past 2⁶³). It is the
        // file's end, not the machine's trouble.
        guard writeLimit != nil || offset < size else { return 0 }
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw fail("pread") }
        }
    }

    /// Reads on at the position, with the patches.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = try read(into: buffer, at: position)
        for patch in patches {
            patch.apply(to: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(count)), readAt: position)
        }
        position += Int64(count)
        onRead()
        return count
    }

    /// Writes all bytes at the position (`pwrite`).
    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        guard let writeLimit, position + Int64(bytes.count) <= writeLimit else {
            isOverLimit = true
            throw Failure(errno: EFBIG, function: "pwrite")
        }
        var rest = bytes
        while !rest.isEmpty {
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(position))
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw fail("pwrite")
            }
            position += Int64(count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Moves the position; false for one before the file's start.
    func seek(to offset: Int64) -> Bool {
        guard offset >= 0 else { return false }
        position = offset
        return true
    }

    /// Starts anew with no bytes (`ftruncate`).
    func empty() throws(Failure) {
        guard ftruncate(descriptor, 0) == 0 else { throw fail("ftruncate") }
        position = 0
    }

    private func fail(_ function: String) -> Failure {
        let failure = Failure(errno: errno, function: function)
        if self.failure == nil { self.failure = failure }
        return failure
    }
}
