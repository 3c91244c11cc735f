import Foundation
import TestSupport
import Testing

@Suite("News and sessions that end")
struct EndedSessionTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    /// Listens until the stream ends.
    private func listen(_ client: HTTPClient) async throws -> RunningProgram {
        let listener = try RunningProgram(
            URL(filePath: "/usr/bin/curl"),
            ["-sSN", "-H", "Authorization: Bearer \(client.token ?? "")", "\(client.url)/api/v1/jobs/events"],
            log: client.directory.url.appending(path: "events"))
        try await eventually("the stream has begun") { listener.printed.contains("retry:") }
        return listener
    }

    @Test("Whoever signs out hears no more, and the account's other sessions do")
    func signOut() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let other = try await client.another(server)
        let (mine, others) = (try await listen(client), try await listen(other))
        #expect(try await client.call("/api/v1/sessions/current", "-X", "DELETE").status == 204)
        #expect(try await other.call("/api/v1/inbox/a.mp4", "-T", try await Videos.short().path).status == 201)
        try await eventually("the other hears of it") { others.printed.contains("\"published\"") }
        #expect(try await mine.ended() == 0)
        #expect(!mine.printed.contains("event: job"))
        #expect(others.isRunning)
        // Not SIGTERM, which it may have inherited blocked.
        try await others.end(SIGKILL)
        try await server.stop()
    }

    @Test("A changed password and a removed account end the streams of the sessions that they end")
    func password() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let other = try await client.another(server)
        let (mine, others) = (try await listen(client), try await listen(other))
        let change = ["current": Appliance.password, "new": "another horse battery"]
        #expect(try await client.send("PUT", "/api/v1/me/password", change).status == 204)
        #expect(try await others.ended() == 0)
        #expect(mine.isRunning)
        #expect(try await client.send("DELETE", "/api/v1/me", ["password": "another horse battery"]).status == 204)
        #expect(try await mine.ended() == 0)
        try await server.stop()
    }
}
