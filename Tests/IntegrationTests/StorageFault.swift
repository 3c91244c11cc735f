import Foundation
import TestSupport
import Testing

/// System calls that fail, as `strace` makes them fail in a running service and its converters.
struct StorageFault: Sendable, CustomTestStringConvertible {
    /// What fails, as strace names it.
    let calls: String
    let error: String
    /// On which file below the test's own directory.
    let path: String
    /// What the service says meanwhile: STATUS.txt, `soundspool status` or the journal.
    var words = ""
    var testDescription: String { "\(calls) \(error) \(path)" }

    /// Attaches strace. It must be ended with SIGKILL, for it inherits SIGTERM blocked; whom it traced goes on.
    func begin(in server: Appliance.Server, of appliance: Appliance) async throws -> RunningProgram {
        let strace = try RunningProgram(
            URL(filePath: "/usr/bin/strace"),
            [
                "-f", "-p", String(server.program.pid), "-P", appliance.directory.path + "/" + path,
                "-e", "trace=\(calls)", "-e", "inject=\(calls):error=\(error)",
            ],
            log: appliance.directory.url.appending(path: "strace.log"))
        try await eventually("strace holds the service") { strace.printed.contains("attached") }
        return strace
    }
}
