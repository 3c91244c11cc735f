import Foundation
import TestSupport
import Testing

@Suite("What bounds uploads")
struct UploadLimitTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    private func configure(_ http: String, limits: String = "") throws {
        let yaml = try String(contentsOf: appliance.configuration, encoding: .utf8)
        let changed = yaml.replacing("http:\n", with: "http:\n  \(http)\n") + "\nlimits: {\(limits)}\n"
        try Data(changed.utf8).write(to: appliance.configuration)
    }

    private var spooled: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: appliance.root.appending(path: ".spool").path)) ?? []
    }

    private func create(_ length: Int, _ client: HTTPClient) async throws -> HTTPClient.Answer {
        try await client.call(
            "/api/v1/uploads", "-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H",
            "Upload-Metadata: filename YS5tcDQ=", "-H", "Upload-Length: \(length)")
    }

    @Test("The capabilities are told to everybody")
    func capabilities() async throws {
        try configure("maxUpload: 3MiB")
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let client = try HTTPClient(server)
        let answer = try await client.call("/api/v1/uploads", "-X", "OPTIONS")
        #expect(answer.status == 204)
        #expect(answer.headers.contains("tus-version: 1.0.0"))
        #expect(answer.headers.contains("tus-max-size: \(3 << 20)"))
        #expect(
            answer.headers.contains(
                "tus-extension: creation,creation-with-upload,termination,expiration,checksum,concatenation"))
        #expect(answer.headers.contains("tus-checksum-algorithm: sha1,sha256,md5"))
        try await server.stop()
    }

    @Test("Unfinished uploads expire, also over a restart")
    func expiration() async throws {
        try await appliance.addAccount()
        let first = try await appliance.serve()
        var sender = try HTTPClient(first)
        try await sender.signIn()
        let path = try #require(
            try await create(2 << 20, sender).headers.firstMatch(of: /location: (\S+)/).map { String($0.1) })
        try await first.stop()
        #expect(!spooled.isEmpty)
        // Only now, so that it cannot expire before it was looked at.
        let age =
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('UPDATE upload SET expires = 1'); c.commit()"
        let ledger = appliance.state.appending(path: "ledger.sqlite").path
        #expect(try await Program("/usr/bin/python3").run(["-c", age, ledger]).status == 0)
        let second = try await appliance.serve()
        try await eventually("it is gone") { spooled.isEmpty }
        var client = try HTTPClient(second)
        try await client.signIn()
        #expect(try await client.call(path, "-I", "-H", "Tus-Resumable: 1.0.0").status == 404)
        try await second.stop()
    }

    @Test("Unfinished uploads expire while the service runs")
    func expirationMeanwhile() async throws {
        try configure("uploadLifetime: 2s")
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let path = try await create(2 << 20, client).headers.group(/location: (\S+)/)
        try await eventually("it is gone") { spooled.isEmpty }
        #expect(try await client.call(path, "-I", "-H", "Tus-Resumable: 1.0.0").status == 404)
        try await server.stop()
    }

    @Test("What an account may have bounds unfinished uploads, forms and files alike")
    func quota() async throws {
        try configure("maxUpload: 20GiB", limits: "accountBytes: 3MiB")
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let first = try await create(2 << 20, client)
        #expect(first.status == 201)
        let refused = try await create(2 << 20, client)
        #expect(refused.status == 413)
        #expect(refused.body.contains("This account may have 3 MiB here."))
        let large = client.directory.url.appending(path: "large.mp4")
        try Data(repeating: 7, count: 2 << 20).write(to: large)
        #expect(try await client.call("/api/v1/inbox/large.mp4", "-T", large.path).status == 413)
        #expect(
            try await client.call("/api/v1/inbox/large.mp4", "-T", large.path, "-H", "Transfer-Encoding: chunked")
                .status
                == 413)
        #expect(try await client.call("/upload", "-F", "file=@\(large.path)").status == 413)
        try await eventually("its owner is told") { try !appliance.letters.isEmpty }
        let location = try #require(first.headers.firstMatch(of: /location: (\S+)/)?.1)
        #expect(
            try await client.call(String(location), "-X", "DELETE", "-H", "Tus-Resumable: 1.0.0").status == 204)
        #expect(try await client.call("/api/v1/inbox/large.mp4", "-T", large.path).status == 201)
        // It is no video; and all refusals of a day are one letter.
        try await eventually("the result is told") { try appliance.letters.count == 2 }
        #expect(try appliance.letters.filter { $0.contains("Subject: Your quota is reached") }.count == 1)
        try await server.stop()
    }

    @Test("A disk that is nearly full is left alone")
    func freeSpace() async throws {
        try configure("maxUpload: 20GiB", limits: "freeSpace: 1000TiB")
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let answer = try await client.call("/api/v1/inbox/a.mp4", "-T", try await Videos.short().path)
        #expect(answer.status == 507)
        #expect(answer.headers.contains("application/problem+json"))
        try await server.stop()
    }

    @Test("A resumable upload that is begun again with its Idempotency-Key is the same upload, and then the same job")
    func idempotentCreation() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let video = try await Videos.short()
        let size = try Data(contentsOf: video).count
        func create(_ length: Int, _ more: String...) async throws -> HTTPClient.Answer {
            try await client.call(
                "/api/v1/uploads",
                ["-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H", "Idempotency-Key: k"] + more + [
                    "-H", "Upload-Metadata: filename YS5tcDQ=", "-H", "Upload-Length: \(length)",
                ])
        }
        let first = try await create(size)
        let location = try first.headers.group(/location: (\S+)/)
        #expect(try await create(size).headers.group(/location: (\S+)/) == location)
        #expect(try await create(size + 1).status == 422)
        #expect(spooled.count == 1)
        // A file under the same key is another request.
        #expect(
            try await client.call("/api/v1/inbox/a.mp4", "-T", video.path, "-H", "Idempotency-Key: k").status == 422)
        let sent = try await client.call(
            location, "-X", "PATCH", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0", "-H",
            "Content-Type: application/offset+octet-stream", "--data-binary", "@\(video.path)")
        #expect(sent.status == 204)
        let again = try await create(size)
        #expect(again.status == 201)
        #expect(again.headers.contains("upload-offset: \(size)"))
        #expect(again.headers.contains("soundspool-job: 1"))
        #expect(try await appliance.jobs().count == 1)
        try await server.stop()
    }

    @Test("The page's form is one job however often a browser sends it, and other files are others")
    func idempotentForm() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let action = try await client.call("/").body.group(/id="upload"[^>]*action="([^"]+)"/)
        #expect(try await client.call("/").body.contains(action) == false)
        let video = try await Videos.short().path
        for _ in 0..<2 { #expect(try await client.call(action, "-F", "file=@\(video);filename=f.mp4").status == 303) }
        #expect(try await appliance.jobs().count == 1)
        // From the same page, as after the browser's way back.
        #expect(try await client.call(action, "-F", "file=@\(video);filename=other.mp4").status == 303)
        #expect(try await appliance.jobs().count == 2)
        try await server.stop()
    }

    @Test("A request that is sent again with its Idempotency-Key is the same job, also after a restart")
    func idempotency() async throws {
        try await appliance.addAccount()
        try await appliance.addAccount("bob")
        let first = try await appliance.serve()
        var client = try HTTPClient(first)
        try await client.signIn()
        let video = try await Videos.short().path
        let key = "Idempotency-Key: \"one and only\""
        func put(_ client: HTTPClient, _ key: String, as name: String = "a.mp4") async throws -> HTTPClient.Answer {
            try await client.call("/api/v1/inbox/\(name)", "-T", video, "-H", key)
        }
        func id(_ answer: HTTPClient.Answer) throws -> String? {
            #expect(answer.status == 201, "\(answer.body)")
            return try answer.json(HTTPClient.JobDocument.self).id
        }
        #expect(try id(await put(client, key)) == "1")
        #expect(try id(await put(client, key)) == "1")
        #expect(try await put(client, key, as: "b.mp4").status == 422)
        #expect(try await put(client, "Idempotency-Key: \(String(repeating: "x", count: 300))").status == 400)
        for _ in 0..<2 {
            let sent = try await client.call(
                "/upload", "-F", "file=@\(video);filename=f.mp4", "-H", "Idempotency-Key: form")
            #expect(sent.status == 303)
        }
        try await first.stop()
        let second = try await appliance.serve()
        client = try HTTPClient(second)
        try await client.signIn()
        #expect(try id(await put(client, key)) == "1")
        var bob = try HTTPClient(second)
        try await bob.signIn("bob")
        #expect(try id(await put(bob, key)) == "3")
        #expect(try await appliance.jobs().count == 3)
        try await second.stop()
    }
}
