import CProbe
import Glibc
import LinuxSystem

/// A process that has gone into the converter's sandbox and then tries one thing that is forbidden there: the part of an
/// attacker in the tests. Prints the attempt's result; a signal ends it where the sandbox has it so.
///
///     SandboxProbe free|full|no-landlock|no-seccomp|limits-only|channel ATTEMPT|needs|list|nothing|writes
///
/// `free` tries without a sandbox, to show that the attempt would succeed. `channel` is `full`, with standard input a
/// socket. `nothing` and `writes` are for the benchmark: what entering costs, and what each system call does from then on.
@main
enum SandboxProbe {
    static func main() {
        guard CommandLine.arguments.count == 3 else { exit(64) }
        let (level, name) = (CommandLine.arguments[1], CommandLine.arguments[2])
        if name == "list" { return say(Attempt.all.keys.sorted().joined(separator: "\n")) }
        guard ["needs", "nothing", "writes"].contains(name) || Attempt.all[name] != nil else { exit(64) }
        // Made before: what the attempts are given.
        _ = (Attempt.path, Attempt.newPath, Attempt.zeros)
        if level == "channel", name != "needs" { becomeChannel() }
        if level != "free" { confine(level) }
        if name == "nothing" { return }
        if name == "writes" { return writeOften() }
        if name == "needs" { return say(Needs.missing() ?? "nothing is missing") }
        guard let attempt = Attempt.all[name] else { exit(64) }
        say(String(attempt()))
    }

    private static func writeOften() {
        for _ in 0..<100_000 { pwrite(STDOUT_FILENO, "frame", 5, 0) }
    }

    /// Makes standard input a socket on which a descriptor has come, and standard output its other end.
    private static func becomeChannel() {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0,
            probe_send_descriptor(ends[1], 0) == 1,
            dup2(ends[0], 0) == 0, dup2(ends[1], 1) == 1
        else { exit(71) }
    }

    private static func confine(_ level: String) {
        let limits = Sandbox.Limits(
            memory: 256 << 20, addressSpace: 2 << 30, cpuSeconds: 1, fileSize: 1 << 30,
            descriptors: level == "channel" ? 5 : 3)
        do {
            guard let level = level == "channel" ? .full : Sandbox.Level(rawValue: level) else { exit(64) }
            try Sandbox.enter(level, limits: limits, channel: CommandLine.arguments[1] == "channel")
        } catch {
            say("\(error)")
            exit(77)
        }
    }

    /// To standard error: standard output is the MP3's place.
    private static func say(_ text: String) {
        let line = Array((text + "\n").utf8)
        write(STDERR_FILENO, line, line.count)
    }
}
