import CLinux
import Glibc

/// Which file system a file or directory is on: `statfs(2)`'s `f_type`, by the numbers of `linux/magic.h`.
public struct FileSystemKind: RawRepresentable, Sendable, Hashable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue & 0xFFFF_FFFF }

    /// Those on which others write without an event here: on other machines, in a daemon of FUSE (Gluster, sshfs), or in
    /// the layer below.
    private static let silent: [UInt64: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFE53_4D42: "SMB", 0xFF53_4D42: "CIFS", 0x6573_5546: "FUSE",
        0x794C_7630: "overlay", 0x00C3_6400: "Ceph", 0x0102_1997: "9P", 0x5346_414F: "AFS", 0x0116_1970: "GFS2",
        0x7461_636F: "OCFS2", 0x0BD0_0BD0: "Lustre",
    ]

    /// Those whose server grants the lease, or does not: a refusal says nothing of writers (`nfs4_setlease` and
    /// `cifs_setlease` answer EAGAIN wherever they hold no delegation or oplock).
    private static let grantingByServer: Set<UInt64> = [0x6969, 0x517B, 0xFE53_4D42, 0xFF53_4D42]

    /// `fstatfs(2)` of a descriptor that somebody else owns.
    init(of descriptor: Int32) throws(SystemError) {
        var status = statfs()
        try systemCall("fstatfs") { fstatfs(descriptor, &status) }
        self.init(rawValue: UInt64(truncatingIfNeeded: status.f_type))
    }

    /// Whether a lease that is refused means that somebody is writing.
    public var leasesTellOfWriters: Bool { !Self.grantingByServer.contains(rawValue) }

    /// The name of a file system whose changes may come without events; nil where the kernel tells of each.
    public var nameWhereSilent: String? { Self.silent[rawValue] }
}
