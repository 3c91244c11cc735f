import Foundation
import TestSupport
import Testing

@Suite("The interface does what its OpenAPI document says")
struct APIConformanceTests {
    private static let modules = Program.sourceTree.appending(path: ".build/inputs/schemathesis").path

    private static let environment = [
        "PYTHONPATH": modules + ":" + Program.sourceTree.appending(path: "Tests/IntegrationTests/Clients").path,
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONDONTWRITEBYTECODE": "1",
    ]

    /// What would end this very session or account: others have tests for these. Who is not signed in has neither.
    private static let ending = ["DELETE /api/v1/me", "DELETE /api/v1/sessions/current"]
    /// A stream without an end for whoever is signed in.
    private static let endless = ["GET /api/v1/jobs/events"]

    @Test(
        "schemathesis finds no server error and no answer that is not in the document, signed in or not",
        .enabled(if: FileManager.default.fileExists(atPath: modules + "/schemathesis"), "`make test` fetches it"),
        arguments: [true, false])
    func conformance(isSignedIn: Bool) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve(environment: ["SOUNDSPOOL_HTTP_REGISTRATION": "open"])
        var client = try HTTPClient(server)
        try await client.signIn()
        var arguments = [
            "-m", "schemathesis.cli", "run", "\(server.url)/api/v1/openapi.json", "--url", server.url.absoluteString,
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
            "--phases", "coverage,fuzzing", "--max-examples", "4", "--seed", "1", "--generation-database", "none",
            "--continue-on-failure", "--request-timeout", "120", "--warnings", "off", "--no-color",
        ]
        if isSignedIn {
            for operation in Self.ending + Self.endless { arguments += ["--exclude-name", operation] }
            arguments += ["-H", "Authorization: Bearer \(try #require(client.token))"]
        }
        let result = try await Program("/usr/bin/python3").run(
            arguments, environment: Self.environment, in: client.directory.url)
        #expect(result.status == 0, "\(result.output.suffix(6000))\(result.errors.suffix(2000))")
        #expect(result.output.contains(/\d{3,} generated/), "\(result.output.suffix(2000))")
        try await server.stop()
    }
}
