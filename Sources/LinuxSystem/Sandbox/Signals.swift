import CLinux
import Glibc

/// What a signal does to the process, whatever it inherited.
///
/// SECURITY: a crash ends the process there and then. Swift's runtime would start another program that reads the memory,
/// and the parent would see how the sandbox stopped that in place of the signal that it was. No signal is held back, or
/// those of the limits would come as SIGKILL, late, and say nothing.
enum Signals {
    static func reset() throws(SystemError) {
        for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGXCPU, SIGXFSZ] {
            signal(number, SIG_DFL)
        }
        var none = sigset_t()
        sigemptyset(&none)
        try systemCall("sigprocmask") { sigprocmask(SIG_SETMASK, &none, nil) }
    }
}
