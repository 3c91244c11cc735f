import CLinux
import Foundation
import TestSupport
import Testing

@testable import LinuxSystem

/// Kernels that lack something, and the walls that stand alone then.
@Suite struct SandboxLevelTests {
    @Test(arguments: [
        ("landlock_create_ruleset", "landlock", "no-landlock or limits-only"),
        ("seccomp", "seccomp", "no-seccomp or limits-only"),
    ])
    func `what the kernel lacks is said, and how to do without`(call: String, name: String, levels: String) throws {
        guard case .said(let words) = try Probe().run("open", lacking: call) else {
            Issue.record("it ran")
            return
        }
        #expect(words.hasPrefix("the kernel has no \(name) ("))
        #expect(words.hasSuffix("set convert.sandbox to \(levels)"))
    }

    @Test func `a level allows what it names, and nothing else`() throws {
        for level in ["no-seccomp", "full"] {
            guard case .said = try Probe().run("open", level: level, lacking: "landlock_create_ruleset") else {
                Issue.record("\(level) does without Landlock")
                continue
            }
        }
        #expect(try Probe().run("openat2", level: "no-landlock") == .signal(SIGSYS), "what is there is used")
        #expect(try Probe().run("openat2", level: "limits-only") == .signal(SIGSYS), "what is there is used")
    }

    @Test func `without Landlock the filter holds`() throws {
        #expect(try Probe().run("openat2", level: "no-landlock", lacking: "landlock_create_ruleset") == .signal(SIGSYS))
    }

    @Test(arguments: [
        ("open", EMFILE), ("open-in-place", EACCES), ("exec", EACCES), ("mkdir", EACCES), ("symlink", EACCES),
        ("mount", EPERM), ("kill-parent", EPERM), ("trace-parent", EPERM), ("read-parent", EPERM),
        ("raise-limit", EPERM), ("raise-descriptors", EPERM), ("threads", EAGAIN), ("duplicate", EMFILE),
        ("socket", EMFILE), ("memfd", EMFILE), ("write-other", EBADF),
    ])
    func `without the filter Landlock, limits and lost privileges hold`(attempt: String, code: Int32) throws {
        #expect(try Probe().run(attempt, level: "no-seccomp", lacking: "seccomp") == .refused(code))
    }

    /// Landlock knows TCP, and no other way to the network; the limit of descriptors has room where one was closed.
    @Test func `without the filter there are sockets, and no TCP connections`() throws {
        #expect(try Probe().run("socket-in-place", level: "no-seccomp", lacking: "seccomp") == .done)
    }

    /// A kernel refuses rights that it does not know.
    @Test func `takes every right that a version of Landlock has`() {
        let files = (1...7).map { Landlock.attributes(version: $0).handled_access_fs }
        #expect(files == [0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF])
        #expect((1...7).map { Landlock.attributes(version: $0).handled_access_net } == [0, 0, 0, 3, 3, 3, 3])
        #expect((1...7).map { Landlock.attributes(version: $0).scoped } == [0, 0, 0, 0, 0, 3, 3])
    }

    @Test(
        arguments: [
            ("receive", .done), ("send", .done), ("send-to-address", .refused(ENOSYS)), ("connect", .signal(SIGSYS)),
            ("accept", .signal(SIGSYS)), ("socket-pair", .signal(SIGSYS)), ("open", .refused(EACCES)),
            ("memory", .refused(ENOMEM)),
        ] as [(String, Probe.Outcome)])
    func `over a channel come descriptors, and nothing goes elsewhere`(attempt: String, outcome: Probe.Outcome) throws {
        #expect(try Probe().run(attempt, level: "channel") == outcome)
    }
}
