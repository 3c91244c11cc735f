import Foundation
import TestSupport
import Testing

@Suite("What can be done with results over HTTP")
struct DownloadTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    private func serve() async throws -> (Appliance.Server, HTTPClient) {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        return (server, client)
    }

    @Test("Ranges, validators and names as the standards have them; removal")
    func download() async throws {
        let (server, client) = try await serve()
        let name = "видео%20%F0%9F%8E%AC%20%22x%22%3B%20a=b.mp4"
        let sent = try await client.call("/api/v1/inbox/\(name)", "-T", try await Videos.short().path)
        #expect(sent.status == 201, "\(sent.body)")
        try await client.eventuallyPublished()
        func get(_ fields: String...) async throws -> HTTPClient.Answer {
            let path = "/api/v1/outbox/1"
            switch fields.count {
            case 0: return try await client.call(path)
            case 1: return try await client.call(path, "-H", fields[0])
            default: return try await client.call(path, "-H", fields[0], "-H", fields[1])
            }
        }
        let whole = try await get()
        #expect(whole.status == 200)
        #expect(whole.headers.contains("x-content-type-options: nosniff"))
        #expect(whole.headers.contains("content-type: audio/mpeg"))
        let encoded = "%d0%b2%d0%b8%d0%b4%d0%b5%d0%be%20%f0%9f%8e%ac%20%22x%22%3b%20a%3db.mp3"
        #expect(whole.headers.contains("filename*=utf-8''\(encoded)"))
        #expect(whole.headers.contains("filename=\"_____ _ _x_; a=b.mp3\""))
        let tag = try #require(whole.headers.firstMatch(of: /etag: ("[^"]+")/)).1
        let size = try #require(whole.headers.firstMatch(of: /content-length: (\d+)/)).1
        let part = try await get("Range: bytes=0-2")
        #expect(part.status == 206)
        #expect(part.body == "ID3")
        #expect(part.headers.contains("content-range: bytes 0-2/\(size)"))
        #expect(try await get("Range: bytes=0-2", "If-Range: \(tag)").status == 206)
        #expect(try await get("Range: bytes=0-2", "If-Range: \"other\"").status == 200)
        #expect(try await get("Range: bytes=0-2", "If-Range: W/\(tag)").status == 200)
        #expect(try await get("Range: bytes=\(size)-").status == 416)
        #expect(try await get("Range: bytes=0-1,5-6").status == 200)
        #expect(try await get("If-None-Match: \"a\", W/\(tag)").status == 304)
        let head = try await client.call("/api/v1/outbox/1", "-I")
        #expect(head.status == 200)
        #expect(head.headers.contains("content-length: \(size)"))
        #expect(try await client.call("/api/v1/outbox/1", "-X", "DELETE").status == 204)
        #expect(appliance.names("outbox").isEmpty)
        #expect(try await client.call("/api/v1/outbox/1", "-X", "DELETE").status == 404)
        #expect(try await get().status == 404)
        #expect(try await client.call("/api/v1/jobs/1", "-X", "DELETE").status == 409)
        try await server.stop()
    }

    @Test("A job is cancelled while it is converted, by its owner only")
    func cancel() async throws {
        let (server, client) = try await serve()
        try await appliance.addAccount("mallory")
        var mallory = try HTTPClient(server)
        try await mallory.signIn("mallory")
        _ = try await client.call("/api/v1/inbox/long.mp4", "-T", try await Videos.endless().path)
        try await eventually("it is converting") { try await client.jobs().first?.state == "converting" }
        #expect(try await mallory.call("/api/v1/jobs/1", "-X", "DELETE").status == 404)
        #expect(try await client.call("/api/v1/jobs/1", "-X", "DELETE").status == 204)
        #expect(try await client.jobs().first?.state == "cancelled")
        let spool = appliance.root.appending(path: ".spool").path
        try await eventually("the converter is gone") {
            try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty
        }
        #expect(appliance.names("failed").contains("long.mp4"))
        #expect(try await client.call("/api/v1/jobs/1", "-X", "DELETE").status == 409)
        try await server.stop()
    }

    @Test("A stranger cannot remove an MP3")
    func strangersRemoval() async throws {
        let (server, client) = try await serve()
        #expect(try await client.call("/api/v1/inbox/a.mp4", "-T", try await Videos.short().path).status == 201)
        try await client.eventuallyPublished()
        try await appliance.addAccount("mallory")
        let mallory = try await client.another(server, "mallory")
        #expect(try await mallory.call("/api/v1/outbox/1", "-X", "DELETE").status == 404)
        #expect(try await client.call("/api/v1/outbox/1", "-X", "DELETE", withToken: false).status == 401)
        #expect(appliance.names("outbox") == ["a.mp3"])
        #expect(try await client.call("/api/v1/outbox/1", "-X", "DELETE").status == 204)
        #expect(appliance.names("outbox") == [])
        try await server.stop()
    }

    @Test("Lists come in pages, newest first")
    func paging() async throws {
        struct Page: Decodable {
            let jobs: [HTTPClient.JobDocument]
            let next: String?
        }
        let (server, client) = try await serve()
        let video = try await Videos.short().path
        for number in 1...5 {
            #expect(try await client.call("/api/v1/inbox/\(number).mp4", "-T", video).status == 201)
        }
        try await client.eventuallyPublished(5)
        for list in ["jobs", "outbox"] {
            var (ids, before) = ([String](), "")
            repeat {
                let page = try await client.call("/api/v1/\(list)?limit=2\(before)").json(Page.self)
                #expect((1...2).contains(page.jobs.count))
                ids += page.jobs.compactMap(\.id)
                before = page.next.map { "&before=\($0)" } ?? ""
            } while !before.isEmpty && ids.count < 10
            #expect(ids == ["5", "4", "3", "2", "1"])
            for query in ["limit=0", "limit=201", "limit=x", "before=x"] {
                #expect(try await client.call("/api/v1/\(list)?\(query)").status == 400)
            }
        }
        try await server.stop()
    }

    @Test("Ready says that the ledger is held by somebody else")
    func held() async throws {
        let (server, client) = try await serve()
        let script = """
            import sqlite3, sys
            ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
            ledger.execute("BEGIN IMMEDIATE")
            print("held", flush=True)
            sys.stdin.read()
            """
        let holder = try RunningProgram(
            URL(filePath: "/usr/bin/python3"), ["-c", script, appliance.state.path + "/ledger.sqlite"],
            log: appliance.directory.url.appending(path: "holder.log"))
        try await eventually("the ledger is held") { holder.printed.contains("held") }
        let answer = try await eventually("it is not ready") {
            let answer = try await client.call("/readyz")
            return answer.status == 503 ? answer : nil
        }
        #expect(answer.body.contains("The ledger cannot be written now."))
        #expect(try await client.call("/healthz").status == 200)
        try await holder.end(SIGKILL)
        try await eventually("it is ready again") { try await client.call("/readyz").status == 200 }
        try await server.stop()
    }

    @Test("Ready says that no converter starts")
    func converterless() async throws {
        // The same programs under other names, so that one can be taken away.
        let programs = Program.builtPrograms.appending(path: "programs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: programs) }
        for name in ["soundspool", "soundspool-convert"] {
            try FileManager.default.linkItem(
                at: Program.builtPrograms.appending(path: name), to: programs.appending(path: name))
        }
        let server = try await appliance.serve(programs: programs)
        let client = try HTTPClient(server)
        #expect(try await client.call("/readyz").status == 200)
        try FileManager.default.removeItem(at: programs.appending(path: "soundspool-convert"))
        let answer = try await eventually("it is not ready") {
            let answer = try await client.call("/readyz")
            return answer.status == 503 ? answer : nil
        }
        #expect(answer.body.contains("No converter starts now."))
        try await server.stop()
    }

    @Test(
        "Without JavaScript: jobs are cancelled and MP3s removed by form, by their owner and from the page itself only")
    func forms() async throws {
        let (server, client) = try await serve()
        try await appliance.addAccount("mallory")
        let jar = try await cookies(of: client)
        let stranger = try await cookies(of: HTTPClient(server), "mallory")
        func post(_ path: String, _ jar: String, _ more: String...) async throws -> HTTPClient.Answer {
            let origin = more.first ?? "Origin: \(server.url.absoluteString)"
            return try await client.call(
                path, "-X", "POST", "-b", jar, "-H", "Accept: text/html", "-H", origin, withToken: false)
        }
        _ = try await client.call("/api/v1/inbox/short.mp4", "-T", try await Videos.short().path)
        try await eventually("it is published") { try await client.jobs().first?.state == "published" }
        _ = try await client.call("/api/v1/inbox/long.mp4", "-T", try await Videos.endless().path)
        try await eventually("it is converting") { try await client.jobs().first?.state == "converting" }
        let home = try await client.call("/", "-b", jar, withToken: false).body
        #expect(home.contains("action=\"/jobs/2/cancel\"") && home.contains("action=\"/jobs/1/remove\""))
        for path in ["/jobs/2/cancel", "/jobs/1/remove"] {
            #expect(try await post(path, stranger).status == 404)
            #expect(try await post(path, jar, "Origin: https://evil.example").status == 403)
            #expect(try await post(path, "/dev/null").headers.contains("location: /sign-in"))
        }
        #expect(try await client.jobs().map(\.state) == ["converting", "published"])
        let cancelled = try await post("/jobs/2/cancel?before=3", jar)
        #expect(cancelled.status == 303)
        #expect(cancelled.headers.contains("location: /?before=3"))
        #expect(try await client.jobs().first?.state == "cancelled")
        let again = try await post("/jobs/2/cancel", jar)
        #expect(again.status == 409)
        #expect(again.body.contains("This job has ended already"))
        let removed = try await post("/jobs/1/remove", jar)
        #expect(removed.status == 303)
        #expect(removed.headers.contains("location: /\r\n") || removed.headers.hasSuffix("location: /"))
        #expect(appliance.names("outbox").isEmpty)
        #expect(try await client.jobs().map(\.output) == [nil, nil])
        #expect(try await client.call("/", "-b", jar, withToken: false).body.contains("no longer in the outbox"))
        try await server.stop()
    }

    /// Signs in as the page does. Returns where curl keeps the cookie.
    private func cookies(of client: HTTPClient, _ name: String = "ada") async throws -> String {
        let jar = appliance.directory.url.appending(path: "\(name).jar").path
        let answer = try await client.call(
            "/sign-in", "-c", jar, "--data-urlencode", "login=\(name)", "--data-urlencode",
            "password=\(Appliance.password)")
        #expect(answer.status == 303)
        return jar
    }

    @Test("How long a conversion will take yet is told by the job and by its progress")
    func timeLeft() async throws {
        struct Left: Decodable { let left: Double? }
        let (server, client) = try await serve()
        _ = try await client.call("/api/v1/inbox/long.mp4", "-T", try await Videos.endless().path)
        let left = try await eventually("the job tells") {
            try await client.call("/api/v1/jobs/1").json(Left.self).left
        }
        #expect(left > 0)
        let news = try RunningProgram(
            URL(filePath: "/usr/bin/curl"),
            ["-sN", "-H", "Authorization: Bearer \(client.token ?? "")", "\(server.url)/api/v1/jobs/events"],
            log: client.directory.url.appending(path: "events"))
        try await eventually("its progress tells") {
            news.printed.contains(/event: progress\ndata: \{"id":"1","left":[0-9.]+,"position"/)
        }
        #expect(try await client.call("/api/v1/jobs/1", "-X", "DELETE").status == 204)
        #expect(try await client.call("/api/v1/jobs/1").json(Left.self).left == nil)
        try await server.stop()
        #expect(try await news.ended() == 0)
    }

    @Test("Ready says what it cannot do")
    func ready() async throws {
        let (server, client) = try await serve()
        #expect(try await client.call("/readyz").status == 200)
        #expect(try await client.call("/metrics").body.contains("soundspool_jobs{state=\"queued\"} 0\n"))
        #expect(try await client.call("/api/v1/openapi.json").body.contains("\"openapi\":\"3.1.0\""))
        // Root may write anywhere: what is no directory cannot be written by anybody.
        let spool = appliance.root.appending(path: ".spool")
        try FileManager.default.moveItem(at: spool, to: appliance.root.appending(path: "away"))
        try Data().write(to: spool)
        try await eventually("it is not ready") { try await client.call("/readyz").status == 503 }
        #expect(try await client.call("/readyz").body.contains("The spool cannot be written now."))
        #expect(try await client.call("/healthz").status == 200)
        try FileManager.default.removeItem(at: spool)
        try FileManager.default.moveItem(at: appliance.root.appending(path: "away"), to: spool)
        try await eventually("it is ready again") { try await client.call("/readyz").status == 200 }
        try await server.stop()
    }
}
