import CLinux
import Glibc

/// What a process that parses strangers' files gives up before it reads the first byte.
///
/// SECURITY: an attacker who runs code of his own in such a process can read and write the descriptors it was given, use
/// the memory and the processor up to `Limits`, and nothing else. Each wall stands alone, so that a hole in one opens
/// nothing:
///
/// - no capability, and none to be won by another program (`Privileges`);
/// - bounded memory, time, files and descriptors (`Limits`);
/// - no file, no TCP, no signal and no abstract socket beyond itself (`Landlock`);
/// - nothing that runs after a crash (`Signals`);
/// - no system call but those of the policy (`SystemCallFilter`).
///
/// LIMITS: what remains is the kernel's own code behind the calls that are allowed, and the processor's side channels.
/// The walls are those of one thread until the next is started: enter before that. Without /proc nobody can tell, and it is refused.
public enum Sandbox {
    /// Confines this process for the rest of its life. After an error it may be confined in part; it should end.
    ///
    /// - Parameters:
    ///   - level: what the kernel may lack. What it has is used all the same.
    ///   - channel: whether a connected socket is among the descriptors, over which messages and further descriptors come.
    public static func enter(_ level: Level, limits: Limits, channel: Bool = false) throws(SandboxError) {
        let missing = Mechanism.missing
        for (mechanism, cause) in missing where !level.tolerates(mechanism) {
            throw .missing(mechanism, cause)
        }
        do throws(SystemError) {
            try requireOneThread()
            try Signals.reset()
            try systemCall("close_range") { soundspool_close_from(3) }
            try Privileges.drop()
            if !missing.keys.contains(.landlock) { try Landlock.restrict() }
            // The ruleset was one descriptor more.
            try limits.apply()
            // Last: it allows none of the calls above.
            if !missing.keys.contains(.seccomp) { try SystemCallFilter.load(channel: channel) }
        } catch {
            throw .failed(error)
        }
    }

    /// Landlock confines the thread that asks and those it starts later; another one would stay free.
    private static func requireOneThread() throws(SystemError) {
        var status = stat()
        // A directory for each thread, and its two own links.
        try systemCall("stat", "/proc/self/task") { stat("/proc/self/task", &status) }
        guard status.st_nlink <= 3 else { throw SystemError(call: "stat", subject: "/proc/self/task", code: EBUSY) }
    }
}

/// Why a process could not be confined.
public enum SandboxError: Error, Hashable, CustomStringConvertible {
    case missing(Sandbox.Mechanism, SystemError)
    case failed(SystemError)

    public var description: String {
        switch self {
        case .missing(let mechanism, let cause):
            "the kernel has no \(mechanism.rawValue) (\(cause)), so videos are not converted; to convert without it, set "
                + "convert.sandbox to \(Sandbox.Level.allCases.filter { $0.tolerates(mechanism) }.map(\.rawValue).joined(separator: " or "))"
        case .failed(let cause): "the sandbox could not be set up: \(cause)"
        }
    }
}
