public import Foundation
import Synchronization

/// A server that a test started and ends by its pid.
public final class RunningProgram: Sendable {
    private let process: Mutex<Process>
    public let pid: Int32
    private let log: URL
    /// Held open: some servers end when their standard input does.
    private let input = Pipe()

    /// - Parameter log: a file that gets what the program prints.
    public init(_ executable: URL, _ arguments: [String], environment: [String: String] = [:], log: URL) throws {
        if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        pid = process.processIdentifier
        self.process = Mutex(process)
        self.log = log
    }

    public var isRunning: Bool { process.withLock { $0.isRunning } }

    /// What it has printed so far.
    public var printed: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Sends a signal and waits for the end. Returns the exit status, or minus the signal that ended it.
    @discardableResult
    public func end(_ signal: Int32 = SIGTERM) async throws -> Int32 {
        if isRunning { kill(pid, signal) }
        // Threads of the test runner block signals, and a child that inherits that may never get SIGTERM.
        try input.fileHandleForWriting.close()
        return try await ended()
    }

    /// Waits for the end.
    public func ended() async throws -> Int32 {
        try await eventually("process \(pid) ends; it printed:\n\(printed.suffix(2000))") { !isRunning }
        return process.withLock { $0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus }
    }

    deinit { if isRunning { kill(pid, SIGKILL) } }
}
