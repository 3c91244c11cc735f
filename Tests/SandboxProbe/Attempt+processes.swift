import CProbe
import Glibc

extension Attempt {
    static let parent = Int(getppid())

    /// An `iovec` of 8 bytes of its own memory.
    private static let vector: Int = {
        let vector = UnsafeMutablePointer<iovec>.allocate(capacity: 1)
        vector.initialize(to: iovec(iov_base: UnsafeMutableRawPointer(bitPattern: zeros), iov_len: 8))
        return Int(bitPattern: vector)
    }()

    static let processes: [String: Body] = [
        "fork": { call(SYS_fork) },
        "vfork": { call(SYS_vfork) },
        "clone-process": { call(SYS_clone, Int(SIGCHLD)) },
        // As posix_spawn(3) does.
        "clone-sharing": { call(SYS_clone, Int(CLONE_VM | CLONE_VFORK | SIGCHLD)) },
        // A sibling, which the service would have to reap.
        "clone-for-parent": { call(SYS_clone, Int(CLONE_PARENT | SIGCHLD)) },
        "clone-namespace": { call(SYS_clone, Int(CLONE_NEWUSER | SIGCHLD)) },
        "clone-thread-namespace": {
            call(SYS_clone, Int(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWUSER), zeros + 4096)
        },
        "clone3": { call(SYS_clone3, zeros, 88) },
        "exec": { call(SYS_execve, text("/bin/true"), zeros, zeros) },
        "exec-input": { call(SYS_execveat, 0, text(""), zeros, zeros, 0x1000) },
        "unshare-user": { call(SYS_unshare, Int(CLONE_NEWUSER)) },
        "unshare-network": { call(SYS_unshare, Int(CLONE_NEWNET)) },
        "setns": { call(SYS_setns, 0, 0) },
        // PTRACE_SEIZE, which does not stop it.
        "trace-parent": { call(SYS_ptrace, 0x4206, parent) },
        "read-parent": { call(SYS_process_vm_readv, parent, vector, 1, vector, 1) },
        "write-parent": { call(SYS_process_vm_writev, parent, vector, 1, vector, 1) },
        "parent-descriptor": { call(SYS_pidfd_open, parent) },
        "steal-descriptor": { call(SYS_pidfd_getfd, 0, 0) },
        "kill-parent": { call(SYS_kill, parent, 0) },
        "kill-group": { call(SYS_kill, 0, 0) },
        "kill-all": { call(SYS_kill, -1, 0) },
        "kill-parent-thread": { call(SYS_tgkill, parent, parent, 0) },
        "kill-any-thread": { call(SYS_tkill, parent, 0) },
        "signal-through-descriptor": { call(SYS_pidfd_send_signal, 0, 0) },
        "queue-signal-to-thread": { call(SYS_rt_tgsigqueueinfo, parent, parent, 0, zeros) },
        "queue-signal": { call(SYS_rt_sigqueueinfo, parent, 0, zeros) },
        "signal-by-descriptor": { call(SYS_fcntl, 0, Int(F_SETOWN), parent) },
        "shared-memory": { call(SYS_shmget, 1, 4096, 0o1666) },
        "message-queue": { call(SYS_mq_open, text("probe"), Int(O_CREAT | O_RDWR), 0o600) },
    ]
}
