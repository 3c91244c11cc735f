import Foundation
import TestSupport

/// One run of `SandboxProbe`: what it tried in the sandbox, and how that ended.
struct Probe {
    enum Outcome: Hashable, CustomStringConvertible {
        /// The process was ended by a signal.
        case signal(Int32)
        /// The system call failed with an `errno`.
        case refused(Int32)
        /// It succeeded.
        case done
        case said(String)

        var description: String {
            switch self {
            case .signal(let number): "ended by " + String(cString: strsignal(number))
            case .refused(let code): "refused: " + String(cString: strerror(code))
            case .done: "done"
            case .said(let text): text
            }
        }
    }

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try Data("a film\n".utf8).write(to: directory.url.appending(path: "in"))
        try Data().write(to: directory.url.appending(path: "out"))
    }

    /// Runs it with a film, a place for the MP3, and a descriptor that somebody forgot to close.
    ///
    /// - Parameters:
    ///   - level: how it is confined; `free` for not at all.
    ///   - lacking: a system call that the kernel shall not have, as strace(1) injects it.
    func run(
        _ attempt: String, level: String = "full", lacking: String? = nil
    ) throws -> Outcome {
        let film = try FileHandle(forReadingFrom: directory.url.appending(path: "in"))
        let place = try FileHandle(forUpdating: directory.url.appending(path: "out"))
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        let tracer =
            lacking.map { ["strace", "-o", directory.path + "/trace", "-e", "inject=\($0):error=ENOSYS"] } ?? []
        process.arguments =
            ["-c", "exec 9>\"$0\"; exec \"$@\"", directory.path + "/other"] + tracer
            + [Program.builtPrograms.appending(path: "SandboxProbe").path, level, attempt]
        process.currentDirectoryURL = directory.url
        process.standardInput = film
        process.standardOutput = place
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
        process.waitUntilExit()
        if process.terminationReason == .uncaughtSignal { return .signal(process.terminationStatus) }
        guard let result = Int(said) else { return .said(said) }
        return result < 0 ? .refused(Int32(-result)) : .done
    }
}
