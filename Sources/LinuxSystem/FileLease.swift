import CLinux
import Glibc

/// A read lease: the kernel's own answer to "is somebody still writing?". `fcntl(2)`, F_SETLEASE.
///
/// The kernel grants it only while no process holds the file open for writing. It needs the file's owner or CAP_LEASE,
/// and a local file system.
public struct FileLease: ~Copyable, Sendable {
    public enum Answer: ~Copyable {
        /// Nobody is writing, and a writer that comes shows in `isIntact`.
        case granted(FileLease)
        case beingWritten
        /// The kernel does not answer here (file system or permission); settling must do.
        case unavailable(SystemError)
    }

    /// Closing it ends the lease.
    private let file: Descriptor

    /// Asks for a lease on a file that is open for reading.
    public static func request(on file: consuming Descriptor) -> Answer {
        let raw = file.raw
        do throws(SystemError) {
            try systemCall("fcntl(F_SETLEASE)") { soundspool_set_read_lease(raw) }
            return .granted(FileLease(file: file))
        } catch {
            guard error.code == EAGAIN, (try? FileSystemKind(of: file.raw))?.leasesTellOfWriters ?? true else {
                return .unavailable(error)
            }
            return .beingWritten
        }
    }

    /// Whether the kernel says that nobody is writing to a file that is open for reading.
    public static func isGranted(on file: consuming Descriptor) -> Bool {
        switch request(on: file) {
        case .granted: true
        default: false
        }
    }

    /// Whether nobody has opened the file for writing since the lease was granted.
    public var isIntact: Bool { soundspool_has_read_lease(file.raw) != 0 }
}
