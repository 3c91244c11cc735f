import Foundation
import TestSupport
import Testing

/// tuspy, and what drives it against an appliance.
struct TusClient {
    static let script = Program.sourceTree.appending(path: "Tests/IntegrationTests/Clients/tus.py").path
    static let environment = ["PYTHONPATH": Program.sourceTree.appending(path: ".build/inputs/python").path]

    let appliance: Appliance

    /// Runs a scenario of `Clients/tus.py` to its end.
    func run<Answer: Decodable>(
        _ scenario: String, _ server: Appliance.Server, _ file: URL, as account: String = "ada", _ more: String...
    ) async throws -> Answer {
        var http = try HTTPClient(server)
        try await http.signIn(account)
        let result = try await Program("/usr/bin/python3").run(
            [
                Self.script, scenario, "\(server.url)/api/v1/uploads", http.token ?? "", file.path,
            ] + more, environment: Self.environment)
        try #require(result.status == 0, "\(result.errors)\n\(server.program.printed.suffix(3000))")
        let last = try #require(result.output.split(separator: "\n").last)
        return try JSONDecoder().decode(Answer.self, from: Data(last.utf8))
    }

    var spooled: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: appliance.root.appending(path: ".spool").path)) ?? []
    }

    /// The original is moved after its MP3 is published.
    func expectKept(_ video: URL, as name: String) async throws {
        let original = appliance.folder("done").appending(path: name)
        try await eventually("the original is kept") { FileManager.default.fileExists(atPath: original.path) }
        #expect(try Data(contentsOf: video) == Data(contentsOf: original))
    }
}
