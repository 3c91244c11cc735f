import CLinux
import Glibc

/// Which system calls a confined process may make, and what happens at the others.
///
/// There are four answers, so that an attack is seen and nothing else is disturbed:
///
/// - What decoding, encoding and threads need is allowed.
/// - What only an attack needs ends the process by SIGSYS: the service sees the signal, and the kernel logs the call.
/// - What the C library asks in passing, and does without, gets an ordinary error.
/// - What is named nowhere, calls of later kernels too, gets `ENOSYS`, as an older kernel would answer: another version of
///   a library must not cost every conversion. It is refused all the same.
enum SystemCallPolicy {
    enum Action: Hashable {
        case allow
        /// Refused with an `errno`.
        case answer(Int32)
        case endProcess
    }

    /// On one argument, counted from 0.
    enum Condition: Hashable {
        case equals(Int, UInt64)
        case differs(Int, UInt64)
        /// The bits of a mask. An `int` is compared by its lower half, which is all that the kernel looks at.
        case bits(Int, mask: UInt64, are: UInt64)

        static func int(_ index: Int, _ value: Int32) -> Condition {
            .bits(index, mask: 0xFFFF_FFFF, are: UInt64(UInt32(bitPattern: value)))
        }
    }

    struct Rule: Hashable {
        var action: Action
        var calls: [String]
        /// All must hold.
        var conditions: [Condition] = []
    }

    /// - Parameters:
    ///   - channel: whether a connected socket brings jobs.
    ///   - process: the process that is confined.
    static func rules(channel: Bool, process: pid_t) -> [Rule] {
        needed + memory + threads + asked + attacks(process: process) + (channel ? overChannel : [])
    }

    /// On descriptors that are open, on memory, on the process itself.
    private static let needed = [
        Rule(
            action: .allow,
            calls: [
                "read", "pread64", "readv", "write", "pwrite64", "writev", "lseek", "ftruncate", "fstat", "close",
                "brk", "munmap", "mremap", "madvise",
                "futex", "sched_yield", "sched_getaffinity", "set_robust_list", "rseq", "exit", "exit_group",
                "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
                "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
                "setitimer", "getpid", "gettid", "getrandom", "sysinfo", "getrlimit",
            ]),
        // Not F_SETOWN, which has the kernel send signals.
        Rule(action: .allow, calls: ["fcntl"], conditions: [.int(1, F_GETFL)]),
        Rule(action: .allow, calls: ["fcntl"], conditions: [.int(1, F_GETFD)]),
        Rule(action: .allow, calls: ["prctl"], conditions: [.int(0, PR_SET_NAME)]),
        // To read a limit of one's own; pthread_getattr_np(3) asks for the stack's.
        Rule(action: .allow, calls: ["prlimit64"], conditions: [.int(0, 0), .equals(2, 0)]),
    ]

    /// Memory may not be made executable: who takes over the process has to do with the code that is there.
    private static let memory = ["mmap", "mprotect"].flatMap { call in
        [
            Rule(action: .allow, calls: [call], conditions: [.bits(2, mask: UInt64(PROT_EXEC), are: 0)]),
            Rule(
                action: .endProcess, calls: [call],
                conditions: [.bits(2, mask: UInt64(PROT_EXEC), are: UInt64(PROT_EXEC))]),
        ]
    }

    /// Threads, but no processes and no namespaces. The flags of clone3(2) are in memory, where a filter cannot look; it is
    /// named nowhere, and glibc then takes clone(2).
    private static let threads: [Rule] = {
        let thread = UInt64(CLONE_THREAD | CLONE_VM | CLONE_SIGHAND)
        let namespaces = UInt64(
            CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
        return [
            Rule(action: .allow, calls: ["clone"], conditions: [.bits(0, mask: thread | namespaces, are: thread)]),
            Rule(action: .endProcess, calls: ["clone"], conditions: [.bits(0, mask: UInt64(CLONE_THREAD), are: 0)]),
        ]
    }()

    /// What the C library asks in passing.
    private static let asked: [Rule] = {
        let access = UInt64(O_ACCMODE)
        let creation = UInt64(O_CREAT)
        return [
            // To read. glibc opens /proc/sys/vm/overcommit_memory when a thread's heap shrinks, /sys/devices/system/cpu to
            // count processors, and its tables of character sets when libav meets the name of a broadcast.
            Rule(
                action: .answer(EACCES), calls: ["openat"],
                conditions: [.bits(2, mask: access | creation, are: UInt64(O_RDONLY))]),
            // To write or to make.
            Rule(
                action: .endProcess, calls: ["openat"],
                conditions: [.bits(2, mask: access | creation, are: UInt64(O_RDONLY) | creation)]),
            Rule(action: .endProcess, calls: ["openat"], conditions: [.bits(2, mask: access, are: UInt64(O_WRONLY))]),
            Rule(action: .endProcess, calls: ["openat"], conditions: [.bits(2, mask: access, are: UInt64(O_RDWR))]),
            // Looking at paths. glibc's fstat(3) is newfstatat(2) with an empty path, and stdio calls it.
            Rule(
                action: .answer(EACCES),
                calls: [
                    "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink",
                    "readlinkat", "getcwd",
                ]),
            // isatty(3).
            Rule(action: .answer(ENOTTY), calls: ["ioctl"]),
        ]
    }()

    /// One job after another over a socket that is connected already (unix(7)), descriptors among the messages.
    private static let overChannel = [
        Rule(action: .allow, calls: ["sendmsg", "recvmsg", "recvfrom", "poll", "ppoll", "shutdown"]),
        // To whom it is connected, not to an address.
        Rule(action: .allow, calls: ["sendto"], conditions: [.equals(4, 0)]),
    ]
}
