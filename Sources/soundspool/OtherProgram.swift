import Subprocess
import SystemPackage

/// Another program, run to its end. Its standard input and errors are this process's.
///
/// By Subprocess: Foundation's `Process` has the child close each descriptor that is open now, and fails with EBADF where
/// a thread of this process closes one of them meanwhile.
enum OtherProgram {
    private static let mostOutput = 16 << 20

    /// - Returns: how it ended, and what it wrote to standard output.
    static func run(_ path: String, _ arguments: [String]) async throws -> (TerminationStatus, String) {
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments), input: .currentStandardInput,
            output: .string(limit: mostOutput), error: .currentStandardError)
        return (result.terminationStatus, result.standardOutput)
    }
}
