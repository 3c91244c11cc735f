import Glibc

/// A user of this machine, as `getpwnam(3)` and `getpwuid(3)` know it.
public struct UnixUser: Sendable, Hashable {
    public let name: String
    public let id: UInt32
    public let group: UInt32
    public let shell: String

    /// Nil where there is no such user.
    public init?(named name: String) {
        guard let entry = getpwnam(name) else { return nil }
        self.init(entry.pointee)
    }

    public init?(id: UInt32) {
        guard let entry = getpwuid(id) else { return nil }
        self.init(entry.pointee)
    }

    private init(_ entry: passwd) {
        name = String(cString: entry.pw_name)
        id = entry.pw_uid
        group = entry.pw_gid
        shell = entry.pw_shell.map { String(cString: $0) } ?? ""
    }

    /// Whether a shell answers to this user.
    public var hasShell: Bool { !["nologin", "false"].contains(shell.split(separator: "/").last.map(String.init)) }

    /// Whether the user is in the group, by `/etc/passwd` or `/etc/group`: `getgrouplist(3)`.
    public func isMember(of group: String) -> Bool {
        guard let wanted = getgrnam(group)?.pointee.gr_gid else { return false }
        var count: Int32 = 256
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, self.group, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(count)).contains(wanted)
    }
}
