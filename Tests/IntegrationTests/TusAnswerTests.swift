import Foundation
import TestSupport
import Testing

/// What requests of resumable uploads are answered with (tus 1.0).
@Suite("Answers to resumable uploads")
struct TusAnswerTests {
    private let appliance: Appliance
    private let client: TusClient

    init() throws {
        appliance = try Appliance()
        client = TusClient(appliance: appliance)
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
        let answer: Refusals = try await client.run("refusals", server, try await Videos.short())
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
        #expect(client.spooled.isEmpty)
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
        let answer: Sums = try await client.run("checksums", server, video)
        let heeded = [460, 0, 204]
        #expect(answer.statuses == ["sha1": heeded, "sha256": heeded, "md5": heeded])
        try await eventually("it is published") { appliance.names("outbox") == ["sums.mp3"] }
        try await client.expectKept(video, as: "sums.mp4")
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
        let answer: Expiry = try await client.run("expiry", server, try await Videos.short())
        for (method, span) in answer.spans {
            // However slow the answer, the two hours began while it was waited for; the field has whole seconds.
            #expect(span[0] <= 7200 && span[1] > 7199, "\(method): \(span)")
        }
        #expect(answer.spans.keys.sorted() == ["HEAD", "PATCH", "POST"])
        #expect(answer.last == 204)
        #expect(answer.ended == nil)
        try await server.stop()
    }
}
