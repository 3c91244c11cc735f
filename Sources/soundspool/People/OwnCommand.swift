import ArgumentParser
import Foundation
import Glibc

/// Another command of this program, run to its end: for what is to be done as the service's user while this process has
/// to stay root.
enum OwnCommand {
    /// Runs the command with `--json`. Its standard input and errors are this process's.
    /// - Throws: its exit status, where it failed; it has said why.
    static func json<Value: Decodable>(_ type: Value.Type, _ arguments: [String]) async throws -> Value {
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments + ["--json"]
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == EX_OK else { throw ExitCode(process.terminationStatus) }
        return try JSONDecoder().decode(type, from: bytes)
    }
}
