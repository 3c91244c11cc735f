public import Foundation

/// One of the servers in `Tests/MailTests/Servers`, running. They say `ready PORT`, each line at once, and end when their
/// standard input does.
public final class MailServer: Sendable {
    public let program: RunningProgram
    public let port: Int
    /// A directory of its own.
    public let directory: URL
    private let temporary: TemporaryDirectory

    /// - Parameter options: What the server's own description says; `directory` is added.
    public static func start(_ script: String, _ options: [String: Any] = [:]) async throws -> MailServer {
        let temporary = try TemporaryDirectory()
        let options = options.merging(["directory": temporary.path]) { old, _ in old }
        let json = String(decoding: try JSONSerialization.data(withJSONObject: options), as: UTF8.self)
        let path = Program.sourceTree.appending(path: "Tests/MailTests/Servers/\(script)").path
        let program = try RunningProgram(
            URL(filePath: "/usr/bin/python3"), [path, json], log: temporary.url.appending(path: "server.log"))
        let port = try await eventually("\(script) is ready") {
            guard program.isRunning else { throw NeverHappened(description: "it ended: \(program.printed)") }
            return program.printed.firstMatch(of: /ready (\d+)/).flatMap { Int($0.1) }
        }
        return MailServer(program: program, port: port, temporary: temporary)
    }

    private init(program: RunningProgram, port: Int, temporary: TemporaryDirectory) {
        self.program = program
        self.port = port
        self.temporary = temporary
        directory = temporary.url
    }

    /// What `scripted_server.py` writes down of a message that it took.
    public struct Taken: Decodable, Sendable {
        /// Which connection it came over, from 1.
        public let connection: Int
        public let id: String
        public let to: String
    }

    public var taken: [Taken] {
        program.printed.split(separator: "\n").compactMap { line in
            line.hasPrefix("took ") ? try? JSONDecoder().decode(Taken.self, from: Data(line.utf8.dropFirst(5))) : nil
        }
    }

    /// How many connections it was asked for, and how many it had at a time at most.
    public var connections: Int { program.printed.split(separator: "\n").count { $0.hasPrefix("connection ") } }

    public var mostConnections: Int {
        program.printed.split(separator: "\n").compactMap { line in
            line.hasPrefix("connection ") ? Int(line.split(separator: " ").last ?? "") : nil
        }.max() ?? 0
    }

    /// The messages, in the order in which they were taken.
    public func messages() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".eml") }
            .sorted { $0.localizedStandardCompare($1) == .orderedAscending }
            .map { try String(contentsOf: directory.appending(path: $0), encoding: .utf8) }
    }
}
