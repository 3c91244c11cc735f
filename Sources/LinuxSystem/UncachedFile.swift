import CLinux
import Glibc

/// A file that is written in large blocks, past the page cache where that can be: `open(2)`, O_DIRECT.
///
/// What must be on the disk before it is acknowledged gains nothing from the cache: pages are taken, filled, and waited
/// for in the end, which took four times as long. Closed with the last reference; one writes at a time.
public final class UncachedFile: Sendable {
    /// What places, lengths and addresses in memory are multiples of, so that a block may go past the cache. Disks have
    /// sectors of 512 or 4096 bytes.
    public static let alignment = 4096

    private let descriptor: Descriptor

    /// Opens a file that is there.
    public init(path: String) throws(SystemError) {
        descriptor = try Descriptor.open(path, flags: O_WRONLY | O_NOFOLLOW)
        // A file system that cannot do it, as tmpfs, says so here or at the first block.
        setDirect(true)
    }

    /// Writes all of `bytes` at `offset`. What is not aligned, as the end of a file, goes through the cache, and so does
    /// everything behind it. Nothing is durable before `fsync(2)`.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        let isAligned = [Int(bitPattern: bytes.baseAddress), bytes.count, Int(offset)]
            .allSatisfy { $0 % Self.alignment == 0 }
        if isDirect, isAligned {
            do throws(SystemError) {
                return try descriptor.writeAll(bytes, at: offset)
            } catch  where error.code == EINVAL {
                // Larger sectors, or a file system that only promised it. Written anew through the cache.
            }
        }
        setDirect(false)
        try descriptor.writeAll(bytes, at: offset)
        descriptor.beginWritingOut(from: offset, count: Int64(bytes.count))
    }

    /// Whether blocks go past the cache (`fcntl(2)`, F_GETFL).
    public var isDirect: Bool { fcntl(descriptor.raw, F_GETFL) & soundspool_o_direct != 0 }

    private func setDirect(_ isDirect: Bool) {
        let flags = fcntl(descriptor.raw, F_GETFL)
        _ = fcntl(descriptor.raw, F_SETFL, isDirect ? flags | soundspool_o_direct : flags & ~soundspool_o_direct)
    }
}
