import CLinux
import Glibc

/// Keeps a second process out: `flock(2)` on a file. The kernel lets go when the process ends, however it ends.
public struct ExclusiveLock: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Nil where another process holds the lock.
    public init?(path: String) throws(SystemError) {
        let descriptor = try Descriptor.open(path, flags: O_RDWR | O_CREAT, mode: 0o600)
        do throws(SystemError) {
            try systemCall("flock", path) { flock(descriptor.raw, LOCK_EX | LOCK_NB) }
        } catch  where error.code == EWOULDBLOCK {
            return nil
        }
        self.descriptor = descriptor
    }

    /// Waits, on the calling thread, until no other process or thread holds the lock of a directory.
    public init(waitingForDirectory path: String) throws(SystemError) {
        let descriptor = try Descriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
        try systemCall("flock", path) { flock(descriptor.raw, LOCK_EX) }
        self.descriptor = descriptor
    }
}
