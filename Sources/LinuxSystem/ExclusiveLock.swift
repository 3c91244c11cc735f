import CLinux
import Glibc

/// Keeps a second process out: `flock(2)` on a file. The kernel lets go when the process ends, however it ends.
public struct ExclusiveLock: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Nil where another process holds the lock. Who only asks for its holder has it for a moment, which is waited out.
    public init?(path: String) throws(SystemError) {
        let descriptor = try Descriptor.open(path, flags: O_RDWR | O_CREAT, mode: 0o600)
        var tries = 0
        while try !Self.take(LOCK_EX, descriptor, path) {
            tries += 1
            guard tries < 20 else { return nil }
            usleep(10_000)
        }
        // For `holder`. On a full disk the lock holds without it.
        ftruncate(descriptor.raw, 0)
        try? descriptor.writeAll("\(getpid())\n".utf8)
        self.descriptor = descriptor
    }

    /// The number of the process that holds the lock of `path`, 0 where that is not known; nil where none does.
    public static func holder(of path: String) throws(SystemError) -> Int32? {
        do throws(SystemError) {
            let descriptor = try Descriptor.open(path, flags: O_RDONLY)
            guard try !take(LOCK_SH, descriptor, path) else { return nil }
            let text = String(decoding: try descriptor.readAll(limit: 16), as: UTF8.self)
            return Int32(text.filter { $0.isNumber }) ?? 0
        } catch  where error.isMissing {
            return nil
        }
    }

    private static func take(_ kind: Int32, _ file: borrowing Descriptor, _ path: String) throws(SystemError) -> Bool {
        let raw = file.raw
        do throws(SystemError) {
            try systemCall("flock", path) { flock(raw, kind | LOCK_NB) }
            return true
        } catch  where error.code == EWOULDBLOCK {
            return false
        }
    }

    /// Waits, on the calling thread, until no other process or thread holds the lock of a directory.
    public init(waitingForDirectory path: String) throws(SystemError) {
        let descriptor = try Descriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
        try systemCall("flock", path) { flock(descriptor.raw, LOCK_EX) }
        self.descriptor = descriptor
    }
}
