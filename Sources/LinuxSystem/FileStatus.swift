import CLinux
import Glibc

/// What `stat(2)` says of a file.
public struct FileStatus: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case regular, directory, symbolicLink, fifo, socket, device
    }

    /// What tells one file from another on this machine, as long as it exists.
    public struct Identity: Sendable, Hashable {
        public let device: UInt64
        public let inode: UInt64

        public init(device: UInt64, inode: UInt64) {
            self.device = device
            self.inode = inode
        }
    }

    public let kind: Kind
    public let identity: Identity
    /// Permission bits.
    public let mode: UInt32
    public let owner: UInt32
    public let links: Int
    /// Bytes up to the end of the file.
    public let size: Int64
    /// Bytes that have storage behind them.
    public let allocated: Int64
    /// Nanoseconds since 1970.
    public let modified: Int64
    /// Nanoseconds since 1970, moved by renames and changes of mode too.
    public let changed: Int64

    /// `fstat(2)` of a descriptor that somebody else owns.
    public init(of descriptor: Int32) throws(SystemError) {
        var status = stat()
        try systemCall("fstat") { soundspool_fstat(descriptor, &status) }
        self.init(status)
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            default: .device
            }
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        mode = status.st_mode & 0o7777
        owner = status.st_uid
        links = Int(status.st_nlink)
        size = Int64(status.st_size)
        allocated = Int64(status.st_blocks) * 512
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    }
}
