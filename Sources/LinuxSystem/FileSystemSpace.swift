import CLinux
import Glibc

/// How much fits on a file system, in bytes.
public struct FileSystemSpace: Sendable, Hashable {
    public let total: Int64
    /// For whoever is not root.
    public let available: Int64
}

extension BeneathDirectory {
    /// `fstatfs(2)`.
    public func space() throws(SystemError) -> FileSystemSpace {
        var status = statfs()
        try systemCall("fstatfs") { fstatfs(descriptor.raw, &status) }
        let block = Int64(status.f_bsize)
        return FileSystemSpace(
            total: Int64(status.f_blocks) * block, available: Int64(status.f_bavail) * block)
    }

    /// Whether nothing can be written there, because it was mounted so or an error made the kernel stop writing:
    /// `fstatfs(2)`'s `ST_RDONLY`.
    public func isReadOnly() throws(SystemError) -> Bool {
        var status = statfs()
        try systemCall("fstatfs") { fstatfs(descriptor.raw, &status) }
        return status.f_flags & Int(ST_RDONLY) != 0
    }
}
