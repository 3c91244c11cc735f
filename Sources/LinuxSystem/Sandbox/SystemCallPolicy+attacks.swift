import CLinux
import Glibc

extension SystemCallPolicy {
    /// What no conversion ever does, and what is tried first by who has taken one over.
    static func attacks(process: pid_t) -> [Rule] {
        let own = UInt64(UInt32(bitPattern: process))
        let settings = [
            PR_SET_DUMPABLE, PR_SET_PTRACER, PR_SET_SECCOMP, PR_SET_MM, PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER,
            PR_SET_SECUREBITS, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAPBSET_DROP,
        ]
        return [
            Rule(action: .endProcess, calls: files + network + processes + privileges + kernel),
            // abort(3) is a signal to oneself.
            Rule(action: .allow, calls: ["tgkill"], conditions: [.equals(0, own)]),
            Rule(action: .endProcess, calls: ["tgkill"], conditions: [.differs(0, own)]),
            Rule(action: .endProcess, calls: ["prlimit64"], conditions: [.differs(2, 0)]),
        ]
            + settings.map { Rule(action: .endProcess, calls: ["prctl"], conditions: [.int(0, $0)]) }
            // Signals to others by way of a descriptor.
            + [F_SETOWN, F_SETSIG, F_SETLEASE, F_NOTIFY].map {
                Rule(action: .endProcess, calls: ["fcntl"], conditions: [.int(1, $0)])
            }
    }

    private static let files = [
        "open", "openat2", "creat", "open_by_handle_at", "name_to_handle_at", "open_tree", "memfd_create",
        "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir",
        "mkdir", "mkdirat", "mknod", "mknodat", "truncate", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown",
        "fchownat", "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr", "fsetxattr", "removexattr",
        "lremovexattr", "fremovexattr", "chdir", "fchdir", "chroot", "inotify_add_watch", "fanotify_init",
        "mount", "umount2", "pivot_root", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
        "swapon", "swapoff", "acct", "quotactl",
    ]

    private static let network = ["socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"]

    private static let processes = [
        "fork", "vfork", "execve", "execveat", "unshare", "setns", "setpgid", "setsid",
        "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp",
        "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
        "shmget", "shmat", "msgget", "semget", "mq_open",
    ]

    private static let privileges = [
        "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups",
        "capset", "setrlimit", "personality", "pkey_mprotect", "add_key", "request_key", "keyctl",
    ]

    private static let kernel = [
        "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open", "userfaultfd",
        "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "syslog",
        "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname",
        "iopl", "ioperm", "modify_ldt", "vhangup",
    ]
}
