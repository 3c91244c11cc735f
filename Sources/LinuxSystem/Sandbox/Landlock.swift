import CLinux
import Glibc

/// A Landlock domain without a single rule (landlock(7)).
///
/// SECURITY: no path can be opened, read, listed, made, renamed, linked, removed, truncated or run, whatever the user may do
/// with it; no TCP port can be bound or connected to; no signal and no abstract UNIX socket reaches a process outside.
/// Descriptors that are open already stay as they are.
///
/// LIMITS: every right that the running kernel knows is taken, and an older kernel knows fewer: renaming across directories
/// since 5.19, truncating since 6.2, TCP since 6.7, device ioctls since 6.10, sockets and signals since 6.12. Looking at a
/// file's size and owner is no right of Landlock's. For all of these `SystemCallFilter` stands in.
enum Landlock {
    /// The version of the kernel's interface.
    static func version() throws(SystemError) -> Int {
        Int(try systemCall("landlock_create_ruleset") { soundspool_landlock_version() })
    }

    /// Confines this thread, and those that it starts from now on. Needs no_new_privs.
    static func restrict() throws(SystemError) {
        var attributes = attributes(version: try version())
        let ruleset = Descriptor(
            owning: try systemCall("landlock_create_ruleset") { soundspool_landlock_ruleset(&attributes) })
        try systemCall("landlock_restrict_self") { soundspool_landlock_restrict(ruleset.raw) }
    }

    /// All rights of a version (`linux/landlock.h`), so that each is refused.
    static func attributes(version: Int) -> soundspool_landlock_attributes {
        // LANDLOCK_ACCESS_FS_EXECUTE to _MAKE_SYM; then _REFER, _TRUNCATE and _IOCTL_DEV.
        let files =
            switch version {
            case ...1: 13
            case 2: 14
            case 3, 4: 15
            default: 16
            }
        return soundspool_landlock_attributes(
            handled_access_fs: (1 << files) - 1,
            // LANDLOCK_ACCESS_NET_BIND_TCP and _CONNECT_TCP.
            handled_access_net: version >= 4 ? 0b11 : 0,
            // LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET and _SIGNAL.
            scoped: version >= 6 ? 0b11 : 0)
    }
}
