import Foundation
import TestSupport
import Testing

/// As `StorageFaultTests`, for what comes over HTTP.
@Suite("Storage faults under uploads", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct UploadFaultTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    /// - Parameter path: below the root directory; nil for any file.
    private func failing(
        _ calls: String, _ error: String = "EIO", on path: String?, in server: Appliance.Server
    ) async throws -> RunningProgram {
        let only = path.map { ["-P", appliance.root.path + "/" + $0] } ?? []
        let strace = try RunningProgram(
            URL(filePath: "/usr/bin/strace"),
            ["-f", "-y", "-p", String(server.program.pid)] + only
                + ["-e", "trace=\(calls)", "-e", "inject=\(calls):error=\(error)"],
            log: appliance.directory.url.appending(path: "strace-\(UUID().uuidString).log"))
        try await eventually("strace holds the service") { strace.printed.contains("attached") }
        return strace
    }

    private func create(_ length: Int, _ client: HTTPClient) async throws -> String {
        let answer = try await client.call(
            "/api/v1/uploads", "-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H",
            "Upload-Metadata: filename YS5tcDQ=", "-H", "Upload-Length: \(length)")
        #expect(answer.status == 201, "\(answer.body)")
        return try answer.headers.group(/location: (\S+)/)
    }

    private func patch(_ path: String, at offset: Int, _ file: URL, _ client: HTTPClient) async throws
        -> HTTPClient
        .Answer
    {
        try await client.call(
            path, "-X", "PATCH", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: \(offset)", "-H",
            "Content-Type: application/offset+octet-stream", "-H", "Expect:", "--data-binary", "@\(file.path)")
    }

    private func offset(_ path: String, _ client: HTTPClient) async throws -> String {
        try await client.call(path, "-I", "-H", "Tus-Resumable: 1.0.0").headers.group(/upload-offset: (\d+)/)
    }

    /// The kernel reports an error once; what it says the second time is worth nothing.
    @Test("An upload's fsync that failed is not asked again, and nothing of it counts")
    func fsyncOfTus() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        // More than what is made durable at a time, so that it fails while the bytes come.
        let file = client.directory.url.appending(path: "large.mp4")
        try Data(repeating: 7, count: 40 << 20).write(to: file)
        let path = try await create(40 << 20, client)
        let name = try #require(appliance.spooled.first)
        let strace = try await failing("fsync", on: ".spool/" + name, in: server)
        #expect(try await patch(path, at: 0, file, client).status == 507)
        #expect(try await offset(path, client) == "0")
        try await strace.end(SIGKILL)
        #expect(strace.printed.matches(of: /fsync.*INJECTED/).count == 1)
        #expect(try await offset(path, client) == "0")
        #expect(try await patch(path, at: 0, file, client).status == 204)
        #expect(try await appliance.jobs().count == 1)
        try await server.stop()
    }

    @Test(
        "An upload that the disk has no room for is refused, and goes on when it has", arguments: ["ENOSPC", "EDQUOT"])
    func writeOfTus(error: String) async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let video = try await Videos.short()
        let path = try await create(try Data(contentsOf: video).count, client)
        let name = try #require(appliance.spooled.first)
        let strace = try await failing("write,writev,pwrite64,pwritev", error, on: ".spool/" + name, in: server)
        #expect(try await patch(path, at: 0, video, client).status == 507)
        #expect(strace.printed.contains("INJECTED"))
        #expect(try await offset(path, client) == "0")
        try await strace.end(SIGKILL)
        #expect(try await patch(path, at: 0, video, client).status == 204)
        try await eventually("it is published") { appliance.names("outbox") == ["a.mp3"] }
        #expect(try await appliance.jobs().count == 1)
        try await server.stop()
    }

    @Test("A file or a form whose fsync fails is refused, is no job, and leaves nothing", arguments: [nil, ".spool"])
    func fsyncOfFile(directory: String?) async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let video = try await Videos.short().path
        let strace = try await failing("fsync", on: directory, in: server)
        let put = try await client.call("/api/v1/inbox/a.mp4", "-T", video, "-H", "Idempotency-Key: a")
        #expect(put.status == 507)
        #expect(try await client.call("/upload", "-F", "file=@\(video)", "-F", "file=@\(video)").status == 507)
        try await strace.end(SIGKILL)
        #expect(strace.printed.contains("INJECTED"))
        #expect(try await appliance.jobs().isEmpty)
        #expect(try appliance.spooled == [])
        let again = try await client.call("/api/v1/inbox/a.mp4", "-T", video, "-H", "Idempotency-Key: a")
        #expect(again.status == 201)
        #expect(try await appliance.jobs().count == 1)
        try await server.stop()
    }

    @Test(
        "A whole upload whose claim broke off is queued by the sender's next try, or without one",
        arguments: [true, false])
    func claimOfTus(isAskedAgain: Bool) async throws {
        let yaml = try String(contentsOf: appliance.configuration, encoding: .utf8)
        // Uploads are looked after as often as that; and it must not expire before its bytes come.
        try Data(yaml.replacing("http:\n", with: "http:\n  uploadLifetime: \(isAskedAgain ? "1h" : "60s")\n").utf8)
            .write(to: appliance.configuration)
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let video = try await Videos.short()
        let size = try Data(contentsOf: video).count
        let path = try await create(size, client)
        let strace = try await failing("fsync", on: ".spool", in: server)
        #expect(try await patch(path, at: 0, video, client).status == 507)
        #expect(strace.printed.contains("INJECTED"))
        try await strace.end(SIGKILL)
        if isAskedAgain {
            let nothing = client.directory.url.appending(path: "nothing")
            try Data().write(to: nothing)
            let answer = try await patch(path, at: size, nothing, client)
            #expect(answer.status == 204)
            #expect(answer.headers.contains("soundspool-job: 1"))
        }
        try await eventually("it is published") { appliance.names("outbox") == ["a.mp3"] }
        #expect(try await appliance.jobs().count == 1)
        try await server.stop()
    }
}
