public import Foundation
import Synchronization

/// A program that a test runs to its end.
public struct Program: Sendable {
    public struct Result: Sendable {
        public let status: Int32
        public let output: String
        public let errors: String
    }

    /// Where the programs that this package builds are: beside the test runner.
    public static let builtPrograms = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// The top of the source tree.
    public static let sourceTree = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private let url: URL

    public init(_ path: String) { url = URL(filePath: path) }

    public init(built name: String) { url = Self.builtPrograms.appending(path: name) }

    /// Runs the program and waits for its end. What it prints goes through files, so that it can print any amount.
    public func run(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:], in directory: URL? = nil
    ) async throws -> Result {
        let scratch = try TemporaryDirectory()
        let files = try ["input", "output", "errors"].map { name in
            let url = scratch.url.appending(path: name)
            try Data((name == "input" ? input ?? "" : "").utf8).write(to: url)
            return try FileHandle(forUpdating: url)
        }
        let process = Process()
        process.executableURL = url
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = directory
        // Foundation keeps an ended process, and these with it; and its `run` reads past its list of descriptors when
        // there are a thousand.
        defer { for file in files { try? file.close() } }
        process.standardInput = files[0]
        process.standardOutput = files[1]
        process.standardError = files[2]
        try await process.runToEnd()
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: scratch.url.appending(path: name)), as: UTF8.self)
        }
        return Result(status: process.terminationStatus, output: try text("output"), errors: try text("errors"))
    }
}

extension Process {
    fileprivate func runToEnd() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            terminationHandler = { _ in continuation.resume() }
            do {
                try run()
            } catch {
                terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
    }
}
