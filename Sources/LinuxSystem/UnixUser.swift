import Glibc

/// A user of this machine, as `getpwnam_r(3)` and `getpwuid_r(3)` know it.
public struct UnixUser: Sendable, Hashable {
    public let name: String
    public let id: UInt32
    public let group: UInt32
    public let shell: String

    /// Nil where there is no such user.
    public init?(named name: String) {
        self.init { getpwnam_r(name, $0, $1, $2, $3) }
    }

    public init?(id: UInt32) {
        self.init { getpwuid_r(id, $0, $1, $2, $3) }
    }

    private init?(_ look: Entries<passwd>.Look) {
        guard let user = Entries<passwd>.find(passwd(), look, UnixUser.init(entry:)) else { return nil }
        self = user
    }

    private init(entry: passwd) {
        name = String(cString: entry.pw_name)
        id = entry.pw_uid
        group = entry.pw_gid
        shell = entry.pw_shell.map { String(cString: $0) } ?? ""
    }

    /// Whether a shell answers to this user.
    public var hasShell: Bool { !["nologin", "false"].contains(shell.split(separator: "/").last.map(String.init)) }

    /// Whether the user is in the group, by `/etc/passwd` or `/etc/group`: `getgrouplist(3)`.
    public func isMember(of group: String) -> Bool {
        let wanted = Entries<Glibc.group>.find(Glibc.group(), { getgrnam_r(group, $0, $1, $2, $3) }, \.gr_gid)
        guard let wanted else { return false }
        var count: Int32 = 256
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, self.group, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(count)).contains(wanted)
    }
}

/// Looks an entry up with one of the functions that threads may call at the same time.
private enum Entries<Entry> {
    /// What they have in common: an entry to fill, room for its strings, and whether there was one.
    typealias Look = (
        UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
    ) -> CInt

    /// Bytes: groups may have thousands of members.
    private static var roomAtMost: Int { 1 << 20 }

    /// Nil where there is none, or it cannot be found out.
    static func find<Value>(_ empty: Entry, _ look: Look, _ read: (Entry) -> Value) -> Value? {
        var room = 4 << 10
        while room <= roomAtMost {
            var (entry, found) = (empty, UnsafeMutablePointer<Entry>?.none)
            let (code, value) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { strings in
                guard let base = strings.baseAddress else { return (ENOMEM, Value?.none) }
                let code = look(&entry, base, room, &found)
                return (code, code == 0 ? found.map { read($0.pointee) } : nil)
            }
            guard code == ERANGE else { return value }
            room *= 4
        }
        return nil
    }
}
