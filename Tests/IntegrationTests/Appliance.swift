import Foundation
import TestSupport
import Testing

/// A soundspool of a test's own: the built binary serving from a temporary directory, with accounts.
final class Appliance: Sendable {
    let directory: TemporaryDirectory
    let root: URL
    let state: URL
    let mail: URL
    let configuration: URL

    /// - Parameter configuration: more lines of YAML.
    init(configuration: String = "") throws {
        directory = try TemporaryDirectory()
        root = directory.url.appending(path: "root")
        state = directory.url.appending(path: "state")
        mail = directory.url.appending(path: "mail")
        self.configuration = directory.url.appending(path: "soundspool.yaml")
        for url in [root, state] { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        let yaml = """
            root: \(root.path)
            state: \(state.path)
            http:
              listen: 127.0.0.1:0
            intake:
              settle: 50ms
              settleInPlace: 200ms
            \(configuration.isEmpty ? "mail:\n  directory: \(mail.path)" : configuration)
            """
        try Data(yaml.utf8).write(to: self.configuration)
    }

    // MARK: Commands

    @discardableResult
    func command(_ arguments: String..., input: String? = nil) async throws -> Program.Result {
        try await Program(built: "soundspool").run(arguments + ["--config", configuration.path], input: input)
    }

    /// Runs a command that must succeed, and reads its JSON.
    func json<Value: Decodable>(_ type: Value.Type = Value.self, _ arguments: String...) async throws -> Value {
        let result = try await Program(built: "soundspool").run(arguments + ["--json", "--config", configuration.path])
        try #require(result.status == 0, "\(result.errors)")
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(result.output.utf8))
    }

    struct JobRow: Decodable {
        let id: Int64?
        let account: String
        let name: String
        let state: String
        let reason: String?
        let message: String?
        let attempts: Int?
        let output: String?
    }

    func jobs() async throws -> [JobRow] { try await json([JobRow].self, "job", "list") }

    static let password = "correct horse battery"

    func addAccount(_ name: String = "ada") async throws {
        let result = try await command(
            "account", "add", name, "--email", "\(name)@example.org", "--password-stdin", input: Self.password + "\n")
        try #require(result.status == 0, "\(result.errors)")
    }

    // MARK: Serving

    /// - Parameters:
    ///   - environment: More variables. Without others, each result has a letter of its own, at once.
    ///   - programs: Where the programs are.
    func serve(
        environment: [String: String] = [:], programs: URL = Program.builtPrograms
    ) async throws -> Server {
        let environment = ["SOUNDSPOOL_MAIL_WINDOW": "0s"].merging(environment) { $1 }
        let program = try RunningProgram(
            programs.appending(path: "soundspool"),
            ["serve", "--config", configuration.path, "--log-level", "debug"], environment: environment,
            log: directory.url.appending(path: "serve-\(UUID().uuidString).log"))
        let port = try await eventually("soundspool listens") {
            guard program.isRunning else { throw NeverHappened(description: "it ended: \(program.printed)") }
            return program.printed.firstMatch(of: /listening.* port=(\d+)/).flatMap { Int($0.1) }
        }
        return Server(program: program, url: try #require(URL(string: "http://127.0.0.1:\(port)")))
    }

    struct Server {
        let program: RunningProgram
        let url: URL

        /// Stops it as systemd does, and expects a clean end.
        func stop() async throws {
            let status = try await program.end(SIGTERM)
            #expect(status == 0, "\(program.printed)")
        }
    }

    // MARK: Files

    func folder(_ place: String, of account: String = "ada") -> URL {
        root.appending(path: "home/\(account)/\(place)")
    }

    func names(_ place: String, of account: String = "ada") -> [String] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder(place, of: account).path)) ?? []
        return names.filter { $0 != "STATUS.txt" && !$0.hasPrefix(".") }.sorted()
    }

    var letters: [String] {
        get throws {
            guard FileManager.default.fileExists(atPath: mail.path) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: mail.path).filter { $0.hasSuffix(".eml") }.map {
                try String(contentsOf: mail.appending(path: $0), encoding: .utf8)
            }
        }
    }

    func statusText(of account: String = "ada") -> String {
        (try? String(contentsOf: folder("outbox", of: account).appending(path: "STATUS.txt"), encoding: .utf8)) ?? ""
    }

    /// Waits until the first job's MP3 has begun.
    func eventuallyConverting() async throws {
        let audio = root.appending(path: ".spool/1.mp3").path
        try await eventually("it is converting") {
            let attributes = try? FileManager.default.attributesOfItem(atPath: audio)
            return attributes?[.size] as? Int ?? 0 > 0
        }
    }

    /// Copies a file into an inbox as `cp` does.
    func drop(_ file: URL, as name: String, for account: String = "ada") async throws {
        let result = try await Program("/bin/cp").run([
            file.path, folder("inbox", of: account).appending(path: name).path,
        ])
        try #require(result.status == 0, "\(result.errors)")
    }
}
