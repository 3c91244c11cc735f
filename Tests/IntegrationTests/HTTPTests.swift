import Foundation
import TestSupport
import Testing

@Suite("The journey over HTTP")
struct HTTPTests {
    @Test("Sign in, upload, watch, download: by program")
    func program() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let video = try await Videos.short()
        let put = try await client.call("/api/v1/inbox/my%20talk.mp4?preset=voice", "-T", video.path)
        #expect(put.status == 201)
        let id = try #require(try put.json(HTTPClient.JobDocument.self).id)
        try await eventually("it is published") {
            try await client.call("/api/v1/jobs/\(id)").json(HTTPClient.JobDocument.self).state == "published"
        }
        let mp3 = try await client.download("/api/v1/outbox/\(id)")
        #expect(
            try Data(contentsOf: mp3) == Data(contentsOf: appliance.folder("outbox").appending(path: "my talk.mp3")))
        #expect(abs(try await Videos.duration(mp3) - 5) < 0.1)
        let part = try await client.call("/api/v1/outbox/\(id)", "-H", "Range: bytes=0-2")
        #expect(part.status == 206)
        #expect(part.body == "ID3")
        #expect(part.headers.contains("filename*=utf-8''my%20talk.mp3"))
        try await eventually("the original is kept") { appliance.names("done") == ["my talk.mp4"] }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }

        #expect(try await client.call("/api/v1/sessions/current", "-X", "DELETE").status == 204)
        #expect(try await client.call("/api/v1/me").status == 401)
        try await server.stop()
    }

    @Test("The token file opens the inbox over HTTP too, and nothing else")
    func dropToken() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let client = try HTTPClient(server)
        let text = try String(contentsOf: appliance.folder("inbox").appending(path: ".token"), encoding: .utf8)
        let bearer = "Authorization: Bearer \(text.dropLast())"
        let put = try await client.call(
            "/api/v1/inbox/a.mp4", "-T", try await Videos.short().path, "-H", bearer)
        #expect(put.status == 201)
        #expect(try await client.call("/api/v1/jobs", "-H", bearer).status == 401)
        try await appliance.command("account", "token", "revoke", "ada", "--all")
        let refused = try await client.call("/api/v1/inbox/b.mp4", "-T", try await Videos.short().path, "-H", bearer)
        #expect(refused.status == 401)
        try await server.stop()
    }

    @Test("The pages work without JavaScript: sign in, send two files by form, see them, sign out")
    func form() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let client = try HTTPClient(server)
        let jar = client.directory.url.appending(path: "jar").path
        #expect(try await client.call("/").headers.contains("location: /sign-in"))
        let wrong = try await client.call("/sign-in", "-d", "login=ada&password=nonsense")
        #expect(wrong.status == 401)
        #expect(wrong.body.contains("The name or the password is wrong."))
        let right = try await client.call(
            "/sign-in", "-c", jar, "--data-urlencode", "login=ada", "--data-urlencode", "password=\(Appliance.password)"
        )
        #expect(right.status == 303)
        #expect(right.headers.contains("httponly") && right.headers.contains("samesite=strict"))
        let video = try await Videos.short().path
        let sent = try await client.call(
            "/upload", "-b", jar, "-F", "preset=small", "-F", "file=@\(video);filename=<b>\"één\".mp4", "-F",
            "file=@\(video);filename=two.mp4")
        #expect(sent.status == 303)
        try await eventually("both are published") { appliance.names("outbox") == ["<b>\"één\".mp3", "two.mp3"] }
        let home = try await client.call("/", "-b", jar)
        #expect(home.body.contains("&lt;b&gt;&quot;één&quot;.mp4"))
        #expect(!home.body.contains("<b>\"één"))
        #expect(home.headers.contains("charset=utf-8"))
        #expect(home.headers.contains("script-src 'self'"))
        let foreign = try await client.call("/sign-out", "-b", jar, "-X", "POST", "-H", "Origin: https://evil.example")
        #expect(foreign.status == 403)
        #expect(try await client.call("/sign-out", "-b", jar, "-X", "POST").status == 303)
        #expect(try await client.call("/", "-b", jar).status == 303)
        try await server.stop()
    }

    @Test("What is not yours is not there")
    func strangers() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        try await appliance.addAccount("mallory")
        let server = try await appliance.serve()
        var ada = try HTTPClient(server)
        try await ada.signIn()
        var mallory = try HTTPClient(server)
        try await mallory.signIn("mallory")
        _ = try await ada.call("/api/v1/inbox/a.mp4", "-T", try await Videos.short().path)
        try await ada.eventuallyPublished()
        #expect(try await ada.call("/api/v1/outbox/1").status == 200)
        for path in ["/api/v1/outbox/1", "/api/v1/jobs/1", "/api/v1/outbox/99", "/api/v1/jobs/x"] {
            let answer = try await mallory.call(path)
            #expect(answer.status == 404)
            #expect(answer.headers.contains("content-type: application/problem+json"))
        }
        #expect(try await mallory.jobs().isEmpty)
        // Whatever her outbox is made to lead to, only a plain file in it is sent.
        try FileManager.default.removeItem(at: appliance.folder("outbox").appending(path: "a.mp3"))
        try FileManager.default.createSymbolicLink(
            at: appliance.folder("outbox").appending(path: "a.mp3"), withDestinationURL: appliance.configuration)
        #expect(try await ada.call("/api/v1/outbox/1").status == 404)
        try await server.stop()
    }

    @Test(
        "Bad requests get an answer that says what would be right",
        arguments: [
            ("/api/v1/inbox/..", 404), ("/api/v1/inbox/%2e%2e", 400), ("/api/v1/inbox/.hidden", 400),
            ("/api/v1/inbox/a.part", 400), ("/api/v1/inbox/a.mp4?preset=loud", 400),
        ])
    func badNames(path: String, status: Int) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let answer = try await client.call(path, "--path-as-is", "-T", try await Videos.short().path)
        #expect(answer.status == status, "\(answer.body)")
        #expect(answer.headers.contains("application/problem+json"))
        #expect(try await client.jobs().isEmpty)
        let spool = try FileManager.default.contentsOfDirectory(atPath: appliance.root.appending(path: ".spool").path)
        #expect(spool.isEmpty)
        try await server.stop()
    }

    @Test("What is too large is refused with an answer, and leaves nothing behind")
    func tooLarge() async throws {
        let appliance = try Appliance(configuration: "originals: {keep: 1d}")
        let yaml = try String(contentsOf: appliance.configuration, encoding: .utf8)
        try Data(yaml.replacing("http:\n", with: "http:\n  maxUpload: 1MiB\n").utf8).write(to: appliance.configuration)
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let large = client.directory.url.appending(path: "large.mp4")
        try Data(repeating: 7, count: 8 << 20).write(to: large)
        let declared = try await client.call("/api/v1/inbox/large.mp4", "-T", large.path)
        #expect(declared.status == 413)
        let chunked = try await client.call(
            "/api/v1/inbox/large.mp4", "-T", large.path, "-H", "Transfer-Encoding: chunked")
        #expect(chunked.status == 413)
        let spool = try FileManager.default.contentsOfDirectory(atPath: appliance.root.appending(path: ".spool").path)
        #expect(spool.isEmpty)
        #expect(try await client.jobs().isEmpty)
        try await server.stop()
    }

    @Test("Memory does not grow with the file")
    func memory() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        func peak() throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(server.program.pid)/status", encoding: .utf8)
            return try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) }) >> 10
        }
        let large = client.directory.url.appending(path: "large.mp4")
        try Data().write(to: large)
        let file = try FileHandle(forWritingTo: large)
        try file.truncate(atOffset: 512 << 20)
        _ = try await client.call("/api/v1/inbox/small.mp4", "-T", try await Videos.short().path)
        let before = try peak()
        #expect(try await client.call("/api/v1/inbox/large.mp4", "-T", large.path).status == 201)
        let after = try peak()
        #expect(after - before < 64, "\(before) MiB before, \(after) MiB after 512 MiB")
        try await eventually("it fails in plain words") {
            try await client.jobs().contains { $0.name == "large.mp4" && $0.state == "failed" }
        }
        try await server.stop()
    }

    @Test("News of the jobs comes as server-sent events")
    func events() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let news = try RunningProgram(
            URL(filePath: "/usr/bin/curl"),
            ["-sN", "-H", "Authorization: Bearer \(client.token ?? "")", "\(server.url)/api/v1/jobs/events"],
            log: client.directory.url.appending(path: "events"))
        try await eventually("the stream is open") { news.printed.contains("retry:") }
        _ = try await client.call("/api/v1/inbox/a.mp4", "-T", try await Videos.short().path)
        try await eventually("the whole journey is told") {
            ["\"queued\"", "\"converting\"", "\"published\""].allSatisfy(news.printed.contains)
        }
        // A stop ends the stream cleanly.
        try await server.stop()
        #expect(try await news.ended() == 0)
    }
}
