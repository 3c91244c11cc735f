import CLinux
import Glibc

/// What makes a process more than its user, or opens it to the user's other processes.
///
/// SECURITY: takes every capability and, with no_new_privs, every way to another one; no program it could start would be
/// set-user-ID. Not dumpable, it cannot be traced, its memory cannot be read through /proc, and it leaves no core that
/// would hold somebody's sound.
enum Privileges {
    static func drop() throws(SystemError) {
        try systemCall("capset") { soundspool_drop_capabilities() }
        try systemCall("prctl(PR_SET_NO_NEW_PRIVS)") { soundspool_no_new_privileges() }
        try systemCall("prctl(PR_SET_DUMPABLE)") { soundspool_not_dumpable() }
    }
}
