import CLinux
import Glibc

/// Whom the process acts as.
public enum Identity {
    public static var isRoot: Bool { geteuid() == 0 }
    public static var user: UInt32 { geteuid() }

    public static func owner(of path: String) throws(SystemError) -> UInt32 {
        try Descriptor.open(path, flags: O_PATH).status().owner
    }

    /// Keeps the capabilities that systemd gave the service from the programs that it runs: ambient ones are inherited.
    /// Of the calling thread and those it starts later, so this comes first in `main`.
    public static func keepCapabilitiesToSelf() throws(SystemError) {
        try systemCall("prctl(PR_CAP_AMBIENT)") { soundspool_clear_ambient_capabilities() }
    }

    /// Root becomes, for good, the owner of `path`; anybody else stays who they are. So an administrator's command never
    /// leaves a file behind that the service cannot change.
    public static func assumeOwner(of path: String) throws(SystemError) {
        guard isRoot else { return }
        let status = try Descriptor.open(path, flags: O_PATH).status()
        guard status.owner != 0, let user = getpwuid(status.owner) else { return }
        let (name, group) = (user.pointee.pw_name, user.pointee.pw_gid)
        try systemCall("initgroups") { initgroups(name, group) }
        try systemCall("setgid") { setgid(group) }
        try systemCall("setuid") { setuid(status.owner) }
    }
}
