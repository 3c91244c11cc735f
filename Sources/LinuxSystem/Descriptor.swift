import CLinux
import Glibc

/// An open file descriptor, owned: closed when the value ends.
public struct Descriptor: ~Copyable, Sendable {
    public let raw: Int32

    public init(owning raw: Int32) { self.raw = raw }

    deinit { close(raw) }

    /// Gives the descriptor away; the receiver closes it.
    public consuming func release() -> Int32 {
        let raw = self.raw
        discard self
        return raw
    }

    /// `open(2)` with `O_CLOEXEC`. For paths that the administrator named; whatever a user can rename is opened
    /// through a `BeneathDirectory`.
    public static func open(_ path: String, flags: Int32, mode: UInt32 = 0) throws(SystemError) -> Descriptor {
        Descriptor(
            owning: try systemCall("open", path) { Glibc.open(path, flags | O_CLOEXEC, mode) })
    }

    /// An open file, opened anew for something else: `open(2)` of `/proc/self/fd`, whatever became of its name.
    public static func reopen(_ raw: Int32, flags: Int32) throws(SystemError) -> Descriptor {
        try open("/proc/self/fd/\(raw)", flags: flags)
    }

    public func status() throws(SystemError) -> FileStatus { try FileStatus(of: raw) }

    /// Of a name in this directory itself; a link is not followed.
    func status(of name: [UInt8]) throws(SystemError) -> FileStatus {
        var status = stat()
        try name.withPath { bytes throws(SystemError) in
            try systemCall("fstatat", name.quoted) { fstatat(raw, bytes, &status, AT_SYMLINK_NOFOLLOW) }
        }
        return FileStatus(status)
    }

    /// Whether some of the file's bytes were never written: a client set its size first and went away, sent its parts in
    /// another order, or only had space allocated. `lseek(2)`, SEEK_HOLE; a file system that cannot tell says that all
    /// was written. Leaves the position at the hole.
    public func hasHole(size: Int64) -> Bool {
        let hole = lseek(raw, 0, SEEK_HOLE)
        return hole >= 0 && hole < off_t(size)
    }

    /// `fsync(2)`. After an error the page cache may call lost pages clean, so a second try proves nothing: the caller
    /// makes the file anew.
    public func synchronize() throws(SystemError) {
        try systemCall("fsync") { fsync(raw) }
    }

    /// Begins to bring a range of the file to its disk, and does not wait: `sync_file_range(2)`, SYNC_FILE_RANGE_WRITE.
    /// Nothing is durable by it, and it tells no error: `synchronize` does, and has less to wait for.
    func beginWritingOut(from offset: Int64, count: Int64) {
        _ = sync_file_range(raw, off64_t(offset), off64_t(count), UInt32(SYNC_FILE_RANGE_WRITE))
    }

    /// Reads from the current position to the end, at most `limit` bytes.
    public func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let got = try systemCall("read") {
                bytes.withUnsafeMutableBytes { read(raw, $0.baseAddress?.advanced(by: count), limit - count) }
            }
            guard got > 0 else { break }
            count += got
        }
        return Array(bytes.prefix(count))
    }

    /// Writes all of `bytes` at the current position.
    public func writeAll(_ bytes: some Collection<UInt8>) throws(SystemError) {
        let bytes = Array(bytes)
        var count = 0
        while count < bytes.count {
            count += try systemCall("write") {
                bytes.withUnsafeBytes { write(raw, $0.baseAddress?.advanced(by: count), bytes.count - count) }
            }
        }
    }
}
