import Foundation
import TestSupport
import Testing

@testable import LinuxSystem

/// What code in the converter can do against its author's will, under the policy that is shipped.
@Suite struct SandboxTests {
    /// What only an attack needs, and the service gets to see.
    static let attacks = [
        "open-to-write", "open-to-create", "reopen-input", "open-by-handle", "openat2", "open-x32", "open-32-bit",
        "rename",
        "link", "unlink", "mkdir", "symlink", "chmod", "truncate", "chdir", "mount", "chroot", "memfd",
        "memfd-and-exec",
        "socket", "socket-in-place", "socket-unix", "socket-netlink", "socket-pair", "connect", "bind", "accept",
        "fork", "vfork", "clone-process", "clone-sharing", "clone-for-parent", "clone-namespace", "exec", "exec-input",
        "unshare-user",
        "unshare-network", "setns", "trace-parent", "read-parent", "write-parent", "parent-descriptor",
        "steal-descriptor", "kill-parent", "kill-group", "kill-all", "kill-parent-thread", "kill-any-thread",
        "signal-through-descriptor", "queue-signal-to-thread", "queue-signal", "signal-by-descriptor",
        "shared-memory", "message-queue", "io-uring", "io-uring-enter", "io-uring-register", "bpf", "perf",
        "userfaultfd", "load-module",
        "keyring", "reboot", "raise-limit", "raise-addresses", "raise-time", "raise-file-size", "raise-descriptors",
        "allow-core", "setrlimit", "dumpable", "allow-tracer", "read-as-code", "become-root",
        "take-capabilities", "mmap-exec", "mprotect-exec",
    ]

    /// What libraries may ask for, and do without.
    static let refused: [String: Int32] = [
        "open": EACCES, "open-quietly": EACCES, "open-beneath-input": EACCES, "open-in-place": EACCES, "stat": EACCES,
        "statx": EACCES, "readlink": EACCES, "access": EACCES,
        "terminal": ENOTTY, "send": ENOSYS, "send-to-address": ENOSYS, "receive": ENOSYS, "clone3": ENOSYS,
        "clone-thread-namespace": ENOSYS, "another-filter": ENOSYS, "duplicate": ENOSYS, "call-of-the-future": ENOSYS,
        "io-setup": ENOSYS, "limits-of-parent": ENOSYS, "threads": EAGAIN,
        "write-input": EBADF, "write-other": EBADF, "memory": ENOMEM, "addresses": ENOMEM, "allocate": ENOMEM,
    ]

    /// What ends the process for another reason.
    static let ended: [String: Int32] = ["time": SIGXCPU, "file": SIGXFSZ, "abort": SIGABRT, "crash": SIGSEGV]

    @Test(arguments: attacks)
    func `an attack ends it`(attempt: String) throws {
        #expect(try Probe().run(attempt) == .signal(SIGSYS))
    }

    @Test(arguments: refused)
    func `what is asked in passing is refused`(attempt: String, code: Int32) throws {
        #expect(try Probe().run(attempt) == .refused(code))
    }

    @Test(arguments: ended)
    func `limits and crashes show as what they are`(attempt: String, signal: Int32) throws {
        #expect(try Probe().run(attempt) == .signal(signal))
    }

    @Test func `each attempt that there is has its answer here`() throws {
        guard case .said(let list) = try Probe().run("list", level: "free") else {
            Issue.record("no list")
            return
        }
        let known = Self.attacks + Self.refused.keys + Self.ended.keys
        #expect(list.split(separator: "\n").map(String.init) == known.sorted())
    }

    /// Otherwise what is refused above would prove nothing.
    @Test(
        .enabled(if: getuid() == 0, "some need root"),
        arguments: [
            "open", "open-quietly", "open-to-create", "open-in-place", "reopen-input", "openat2", "chdir", "memfd",
            "socket",
            "socket-unix", "stat",
            "statx",
            "readlink", "access", "unshare-user", "trace-parent", "parent-descriptor", "kill-parent", "kill-group",
            "kill-any-thread", "raise-descriptors", "allow-core", "limits-of-parent", "threads", "io-setup",
            "kill-parent-thread", "raise-limit", "dumpable", "read-as-code", "become-root", "duplicate",
            "write-other", "mmap-exec", "mprotect-exec", "memory", "addresses", "allocate", "shared-memory",
        ])
    func `without a sandbox it succeeds`(attempt: String) throws {
        #expect(try Probe().run(attempt, level: "free") == .done)
    }

    @Test(arguments: ["full", "channel"])
    func `what conversion needs is there`(level: String) throws {
        #expect(try Probe().run("needs", level: level) == .said("nothing is missing"))
    }
}
