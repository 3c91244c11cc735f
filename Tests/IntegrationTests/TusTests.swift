import Foundation
import TestSupport
import Testing

/// tuspy, an independent client, against the built server.
@Suite("Resumable uploads")
struct TusTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    /// Runs a scenario of `Clients/tus.py` to its end.
    private func run<Answer: Decodable>(
        _ scenario: String, _ server: Appliance.Server, _ file: URL, as account: String = "ada", _ more: String...
    ) async throws -> Answer {
        var client = try HTTPClient(server)
        try await client.signIn(account)
        let result = try await Program("/usr/bin/python3").run(
            [
                TusClient.script, scenario, "\(server.url)/api/v1/uploads", client.token ?? "", file.path,
            ] + more, environment: TusClient.environment)
        try #require(result.status == 0, "\(result.errors)\n\(server.program.printed.suffix(3000))")
        let last = try #require(result.output.split(separator: "\n").last)
        return try JSONDecoder().decode(Answer.self, from: Data(last.utf8))
    }

    private struct Place: Decodable {
        let url: String
        var offset: Int?
    }

    private struct Resumed: Decodable {
        let start: Int
        let offset: Int
    }

    private var spooled: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: appliance.root.appending(path: ".spool").path)) ?? []
    }

    @Test("tuspy uploads in pieces with checksums, and on from where it stopped after a restart")
    func wholeAndResumed() async throws {
        try await appliance.addAccount()
        let video = try await Videos.medium()
        let first = try await appliance.serve()
        let whole: Place = try await run("whole", first, video)
        #expect(try whole.offset == Data(contentsOf: video).count)
        let half: Place = try await run("part", first, video)
        try await first.stop()
        let second = try await appliance.serve()
        let path = try #require(URL(string: half.url)).path
        let resumed: Resumed = try await run("resume", second, video, as: "ada", path)
        #expect(resumed.start == half.offset)
        try await eventually("both are published") {
            appliance.names("outbox") == ["resumed.mp3", "whole film.mp3"]
        }
        // To say it twice makes no second job.
        let again: Resumed = try await run("resume", second, video, as: "ada", path)
        #expect(again.start == again.offset)
        #expect(try await appliance.jobs().count == 2)
        try await expectKept(video, as: "resumed.mp4")
        try await second.stop()
    }

    @Test("A server that is killed in the middle of a request goes on with what was durable")
    func killed() async throws {
        try await appliance.addAccount()
        let video = try await Videos.large()
        let first = try await appliance.serve()
        var client = try HTTPClient(first)
        try await client.signIn()
        let sender = try RunningProgram(
            URL(filePath: "/usr/bin/python3"),
            [TusClient.script, "stream", "\(first.url)/api/v1/uploads", client.token ?? "", video.path],
            environment: TusClient.environment, log: client.directory.url.appending(path: "sender"))
        let place = try await eventually("the upload has begun") {
            try sender.printed.split(separator: "\n").first.map {
                try JSONDecoder().decode(Place.self, from: Data($0.utf8))
            }
        }
        // The service counts what came at least every few seconds.
        try await eventually("some of it is durable") {
            try await client.call(place.url, "-X", "OPTIONS").status == 204 && spooledOffset() > 0
        }
        #expect(try await first.program.end(SIGKILL) == -SIGKILL)
        try await sender.end(SIGKILL)
        let second = try await appliance.serve()
        let resumed: Resumed = try await run("resume", second, video, as: "ada", place.url)
        #expect(resumed.start > 0)
        try #expect(resumed.start < Data(contentsOf: video).count)
        try await eventually("it is published") { appliance.names("outbox") == ["cut.mp3"] }
        try await expectKept(video, as: "cut.mp4")
        try await eventually("nothing is left in the spool") { spooled.isEmpty }
        try await second.stop()
    }

    /// The original is moved after its MP3 is published.
    private func expectKept(_ video: URL, as name: String) async throws {
        let original = appliance.folder("done").appending(path: name)
        try await eventually("the original is kept") { FileManager.default.fileExists(atPath: original.path) }
        #expect(try Data(contentsOf: video) == Data(contentsOf: original))
    }

    /// What the ledger says that is durable of the one upload there is.
    private func spooledOffset() throws -> Int {
        let sqlite = Process()
        let output = Pipe()
        sqlite.executableURL = URL(filePath: "/usr/bin/python3")
        sqlite.arguments = [
            "-c",
            "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT offset FROM upload').fetchone()[0])",
            appliance.state.appending(path: "ledger.sqlite").path,
        ]
        sqlite.standardOutput = output
        try sqlite.run()
        sqlite.waitUntilExit()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    private struct Joined: Decodable {
        let statuses: [Int]
        let same: Bool
        let job: [String?]
        let concat: String
        let offset: String?
        let parts: [Int]
    }

    @Test("Parts that come at the same time are joined, once")
    func parallel() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let video = try await Videos.medium()
        let joined: Joined = try await run("parallel", server, video)
        #expect(joined.statuses == [201, 201])
        #expect(joined.same)
        #expect(joined.job == ["1", "1"])
        #expect(joined.concat.hasPrefix("final;/api/v1/uploads/"))
        #expect(try joined.offset == "\(Data(contentsOf: video).count)")
        #expect(joined.parts == [404, 404, 404])
        try await eventually("it is published") { appliance.names("outbox") == ["joined.mp3"] }
        try await expectKept(video, as: "joined.mp4")
        try await eventually("nothing is left in the spool") { spooled.isEmpty }
        try await server.stop()
    }

    private struct Refusals: Decodable {
        let statuses: [String: Int]
        let plain: [String]
        let unversioned: [String]
        let nothing: String
        let right: String?
        let delete: Int
        let after: Int
    }

    @Test("Every mistake has its answer, and none leaves anything behind")
    func refusals() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let answer: Refusals = try await run("refusals", server, try await Videos.short())
        let expected = [
            "no version": 412, "other version": 412, "no length": 400, "negative length": 400, "empty": 400,
            "oversize": 413, "no name": 400, "not Base64": 400, "preset": 400, "path": 400, "dots": 400, "hidden": 400,
            "control": 400, "type": 415, "no offset": 400, "offset ahead": 409, "too long": 413,
            "too long, chunked": 413, "checksum": 460, "algorithm": 400, "part of nothing": 404,
            "joined from no part": 400, "unknown": 404, "path for a name": 404, "stranger": 401,
        ]
        for (name, status) in expected { #expect(answer.statuses[name] == status, "\(name)") }
        #expect(answer.statuses.count == expected.count)
        #expect(answer.plain == [])
        #expect(answer.unversioned == [])
        #expect(answer.nothing == "0")
        #expect(Int(answer.right ?? "") ?? 0 > 0)
        #expect(answer.delete == 204)
        #expect(answer.after == 404)
        #expect(spooled.isEmpty)
        #expect(try await appliance.jobs().isEmpty)
        try await server.stop()
    }

    private struct Sums: Decodable {
        /// By algorithm: what a wrong one is answered with, the bytes that came of it, and what a right one is.
        let statuses: [String: [Int]]
    }

    @Test("Each checksum that is announced is heeded, wrong and right")
    func checksums() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let video = try await Videos.short()
        let answer: Sums = try await run("checksums", server, video)
        let heeded = [460, 0, 204]
        #expect(answer.statuses == ["sha1": heeded, "sha256": heeded, "md5": heeded])
        try await eventually("it is published") { appliance.names("outbox") == ["sums.mp3"] }
        try await expectKept(video, as: "sums.mp4")
        try await server.stop()
    }

    private struct Expiry: Decodable {
        let spans: [String: [Double]]
        let ended: String?
        let last: Int
    }

    @Test("An upload says when it expires, until it is whole")
    func expiry() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve(environment: ["SOUNDSPOOL_HTTP_UPLOAD_LIFETIME": "2h"])
        let answer: Expiry = try await run("expiry", server, try await Videos.short())
        for (method, span) in answer.spans {
            // However slow the answer, the two hours began while it was waited for; the field has whole seconds.
            #expect(span[0] <= 7200 && span[1] > 7199, "\(method): \(span)")
        }
        #expect(answer.spans.keys.sorted() == ["HEAD", "PATCH", "POST"])
        #expect(answer.last == 204)
        #expect(answer.ended == nil)
        try await server.stop()
    }

    private struct Together: Decodable {
        let created: Int
        let job: Bool
        let first: Int
        let second: Int
        let offset: String?
    }

    @Test("Of two requests that send to one upload at once, one is refused")
    func together() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let video = try await Videos.short()
        let answer: Together = try await run("together", server, video)
        #expect(answer.created == 201)
        #expect(answer.job)
        #expect(answer.first == 204)
        #expect(answer.second == 423)
        #expect(try answer.offset == "\(Data(contentsOf: video).count)")
        try await eventually("both are published") { appliance.names("outbox") == ["at once.mp3", "two.mp3"] }
        try await server.stop()
    }

    private struct Asked: Decodable {
        let offset: Int
        let half: Int
        let rest: Int
        let ended: Int
    }

    @Test("To ask how far an upload is ends the request that sends to it, and keeps what it brought")
    func asked() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let video = try await Videos.medium()
        let answer: Asked = try await run("asked", server, video)
        #expect((1...answer.half).contains(answer.offset))
        #expect(answer.rest == 204)
        #expect(answer.ended == 409)
        try await eventually("it is published") { appliance.names("outbox") == ["asked.mp3"] }
        try await expectKept(video, as: "asked.mp4")
        try await server.stop()
    }

    private struct Statuses: Decodable { let statuses: [Int] }

    @Test("Of two requests with different bytes at once, one's are all that there is")
    func different() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let answer: Statuses = try await run("different", server, try await Videos.short())
        #expect(answer.statuses.first == 204)
        #expect([409, 423].contains(answer.statuses.last))
        // It is no video.
        let file = appliance.folder("failed").appending(path: "either.mp4")
        try await eventually("its job has ended") { FileManager.default.fileExists(atPath: file.path) }
        let bytes = try Data(contentsOf: file)
        #expect(bytes.count == 20 << 20)
        #expect(Set(bytes).count == 1)
        try await server.stop()
    }

    @Test("Another account's uploads are not there")
    func strangers() async throws {
        try await appliance.addAccount()
        try await appliance.addAccount("mallory")
        let server = try await appliance.serve()
        let video = try await Videos.medium()
        let half: Place = try await run("part", server, video)
        let path = try #require(URL(string: half.url)).path
        let answer: Statuses = try await run("others", server, video, as: "mallory", path)
        #expect(answer.statuses == [404, 404, 404, 404])
        #expect(spooled.count == 1)
        try await server.stop()
    }
}

/// tuspy and what drives it.
enum TusClient {
    static let script = Program.sourceTree.appending(path: "Tests/IntegrationTests/Clients/tus.py").path
    static let environment = ["PYTHONPATH": Program.sourceTree.appending(path: ".build/inputs/python").path]
}
