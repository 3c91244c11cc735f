import CLinux
import Glibc

/// What a process that parses strangers' files gives up before it reads the first byte.
///
/// SECURITY: this first wall takes away every capability, new privileges,
/// core dumps, tracing by the user's other processes, and every descriptor but the standard three.
///
/// LIMITS: the process can still open files and sockets as its user.
public enum Sandbox {
    public static func enter() throws(SystemError) {
        try systemCall("close_range") { soundspool_close_from(3) }
        try systemCall("capset") { soundspool_drop_capabilities() }
        try systemCall("prctl(PR_SET_NO_NEW_PRIVS)") { soundspool_no_new_privileges() }
        try systemCall("prctl(PR_SET_DUMPABLE)") { soundspool_not_dumpable() }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        try systemCall("setrlimit(RLIMIT_CORE)") { setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) }
    }
}
