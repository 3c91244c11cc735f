/// Which file system a directory is on: `statfs(2)`'s `f_type`, by the numbers of `linux/magic.h`.
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

    /// The name of a file system whose changes may come without events; nil where the kernel tells of each.
    public var nameWhereSilent: String? { Self.silent[rawValue] }
}
