import Foundation
import TestSupport

/// What `strace` does to a running service and its converters at some system calls.
struct Injection {
    /// As strace names them.
    let calls: String
    /// What becomes of them, as in strace's `inject=`.
    let effect: String
    /// On which file or directory below the test's own directory.
    let path: String

    /// Attaches strace. It must be ended with SIGKILL, for it inherits SIGTERM blocked; whom it traced goes on.
    func begin(in server: Appliance.Server, of appliance: Appliance) async throws -> RunningProgram {
        let strace = try RunningProgram(
            URL(filePath: "/usr/bin/strace"),
            [
                "-f", "-p", String(server.program.pid), "-P", appliance.directory.path + "/" + path,
                "-e", "trace=\(calls)", "-e", "inject=\(calls):\(effect)",
            ],
            log: appliance.directory.url.appending(path: "strace.log"))
        try await eventually("strace holds the service") { strace.printed.contains("attached") }
        return strace
    }
}
