import ArgumentParser
import Foundation
import Subprocess

/// Another command of this program, run to its end: for what is to be done as the service's user while this process has
/// to stay root.
enum OwnCommand {
    /// Runs the command with `--json`. Its standard input and errors are this process's.
    /// - Throws: its exit status, where it failed; it has said why.
    static func json<Value: Decodable>(_ type: Value.Type, _ arguments: [String]) async throws -> Value {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let (status, output) = try await OtherProgram.run(program, arguments + ["--json"])
        guard status.isSuccess else {
            if case .exited(let code) = status { throw ExitCode(code) }
            throw CommandFailure("\(program) ended: \(status)")
        }
        return try JSONDecoder().decode(type, from: Data(output.utf8))
    }
}
