import Foundation
import TestSupport
import Testing

/// tuspy, an independent client, against the built server.
@Suite("Resumable uploads")
struct TusTests {
    private let appliance: Appliance
    private let client: TusClient

    init() throws {
        appliance = try Appliance()
        client = TusClient(appliance: appliance)
    }

    private struct Place: Decodable {
        let url: String
        var offset: Int?
    }

    private struct Resumed: Decodable {
        let start: Int
        let offset: Int
    }

    @Test("tuspy uploads in pieces with checksums, and on from where it stopped after a restart")
    func wholeAndResumed() async throws {
        try await appliance.addAccount()
        let video = try await Videos.medium()
        let first = try await appliance.serve()
        let whole: Place = try await client.run("whole", first, video)
        #expect(try whole.offset == Data(contentsOf: video).count)
        let half: Place = try await client.run("part", first, video)
        try await first.stop()
        let second = try await appliance.serve()
        let path = try #require(URL(string: half.url)).path
        let resumed: Resumed = try await client.run("resume", second, video, as: "ada", path)
        #expect(resumed.start == half.offset)
        try await eventually("both are published") {
            appliance.names("outbox") == ["resumed.mp3", "whole film.mp3"]
        }
        // To say it twice makes no second job.
        let again: Resumed = try await client.run("resume", second, video, as: "ada", path)
        #expect(again.start == again.offset)
        #expect(try await appliance.jobs().count == 2)
        try await client.expectKept(video, as: "resumed.mp4")
        try await second.stop()
    }

    @Test("A server that is killed in the middle of a request goes on with what was durable")
    func killed() async throws {
        try await appliance.addAccount()
        let video = try await Videos.large()
        let first = try await appliance.serve()
        var http = try HTTPClient(first)
        try await http.signIn()
        let sender = try RunningProgram(
            URL(filePath: "/usr/bin/python3"),
            [TusClient.script, "stream", "\(first.url)/api/v1/uploads", http.token ?? "", video.path],
            environment: TusClient.environment, log: http.directory.url.appending(path: "sender"))
        let place = try await eventually("the upload has begun") {
            try sender.printed.split(separator: "\n").first.map {
                try JSONDecoder().decode(Place.self, from: Data($0.utf8))
            }
        }
        // The service counts what came at least every few seconds.
        try await eventually("some of it is durable") {
            try await http.call(place.url, "-X", "OPTIONS").status == 204 && spooledOffset() > 0
        }
        #expect(try await first.program.end(SIGKILL) == -SIGKILL)
        try await sender.end(SIGKILL)
        let second = try await appliance.serve()
        let resumed: Resumed = try await client.run("resume", second, video, as: "ada", place.url)
        #expect(resumed.start > 0)
        try #expect(resumed.start < Data(contentsOf: video).count)
        try await eventually("it is published") { appliance.names("outbox") == ["cut.mp3"] }
        try await client.expectKept(video, as: "cut.mp4")
        try await eventually("nothing is left in the spool") { client.spooled.isEmpty }
        try await second.stop()
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
        let joined: Joined = try await client.run("parallel", server, video)
        #expect(joined.statuses == [201, 201])
        #expect(joined.same)
        #expect(joined.job == ["1", "1"])
        #expect(joined.concat.hasPrefix("final;/api/v1/uploads/"))
        #expect(try joined.offset == "\(Data(contentsOf: video).count)")
        #expect(joined.parts == [404, 404, 404])
        try await eventually("it is published") { appliance.names("outbox") == ["joined.mp3"] }
        try await client.expectKept(video, as: "joined.mp4")
        try await eventually("nothing is left in the spool") { client.spooled.isEmpty }
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
        let answer: Together = try await client.run("together", server, video)
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
        let answer: Asked = try await client.run("asked", server, video)
        #expect((1...answer.half).contains(answer.offset))
        #expect(answer.rest == 204)
        #expect(answer.ended == 409)
        try await eventually("it is published") { appliance.names("outbox") == ["asked.mp3"] }
        try await client.expectKept(video, as: "asked.mp4")
        try await server.stop()
    }

    private struct Statuses: Decodable { let statuses: [Int] }

    @Test("Of two requests with different bytes at once, one's are all that there is")
    func different() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let answer: Statuses = try await client.run("different", server, try await Videos.short())
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
        let half: Place = try await client.run("part", server, video)
        let path = try #require(URL(string: half.url)).path
        let answer: Statuses = try await client.run("others", server, video, as: "mallory", path)
        #expect(answer.statuses == [404, 404, 404, 404])
        #expect(client.spooled.count == 1)
        try await server.stop()
    }
}
