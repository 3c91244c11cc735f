import Foundation
import TestSupport
import Testing

@Suite("What an acknowledged upload rests on", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct AcknowledgementTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    /// A form is answered with where to go next.
    private static func isAnswer(_ text: some StringProtocol) -> Bool {
        text.contains("HTTP/1.1 20") || text.contains("HTTP/1.1 303")
    }

    /// What strace saw, in order, of what makes things durable and of the answer.
    private func steps(_ send: (HTTPClient) async throws -> HTTPClient.Answer) async throws -> [String] {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let log = appliance.directory.url.appending(path: "calls.log")
        let strace = try RunningProgram(
            URL(filePath: "/usr/bin/strace"),
            [
                "-f", "-y", "-s", "32", "-o", log.path, "-p", String(server.program.pid), "-e",
                "trace=fsync,fdatasync,renameat2,write,writev,sendmsg,sendto",
            ], log: appliance.directory.url.appending(path: "strace.log"))
        try await eventually("strace holds the service") { strace.printed.contains("attached") }
        let answer = try await send(client)
        #expect((200...303).contains(answer.status), "\(answer.body)")
        // The answer may be here before its line is there.
        let calls = try await eventually("strace tells of the answer") {
            let text = try String(contentsOf: log, encoding: .utf8)
            return Self.isAnswer(text) ? text.split(separator: "\n") : nil
        }
        try await strace.end(SIGKILL)
        try await server.stop()
        let answered = try #require(calls.lastIndex { Self.isAnswer($0) })
        return calls[..<answered].compactMap { call in
            let call = String(call)
            if call.contains("renameat2(") { return "rename" }
            if call.contains("fsync("), call.contains("/.spool>") { return "directory" }
            if call.contains("fsync("), call.contains("/.spool/") { return "file" }
            return call.contains("sync(") && call.contains("ledger.sqlite") ? "ledger" : nil
        }
    }

    /// Whether the steps come in this order, with others in between.
    private func has(_ wanted: [String], in steps: [String]) -> Bool {
        var rest = steps[...]
        for step in wanted {
            guard let place = rest.firstIndex(of: step) else { return false }
            rest = rest[(place + 1)...]
        }
        return true
    }

    @Test("A file's bytes, its claim, its name and its job are on the disk before the answer")
    func put() async throws {
        let video = try await Videos.short()
        let steps = try await steps { try await $0.call("/api/v1/inbox/a.mp4", "-T", video.path) }
        #expect(has(["file", "ledger", "rename", "directory", "ledger"], in: steps), "\(steps)")
    }

    @Test("So they are before a form's answer")
    func form() async throws {
        let video = try await Videos.short()
        let steps = try await steps {
            try await $0.call("/upload", "-F", "preset=small", "-F", "file=@\(video.path);filename=a.mp4")
        }
        #expect(has(["file", "ledger", "rename", "directory", "ledger"], in: steps), "\(steps)")
    }

    @Test("A resumable upload's name and bytes are on the disk before the answer")
    func tus() async throws {
        let video = try await Videos.short()
        let size = try Data(contentsOf: video).count
        let steps = try await steps { client in
            try await client.call(
                "/api/v1/uploads", "-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H",
                "Upload-Metadata: filename YS5tcDQ=", "-H", "Upload-Length: \(size)", "-H",
                "Content-Type: application/offset+octet-stream", "--data-binary", "@\(video.path)")
        }
        let wanted = ["ledger", "directory", "file", "ledger", "ledger", "rename", "directory", "ledger"]
        #expect(has(wanted, in: steps), "\(steps)")
    }
}
