import Foundation
import TestSupport
import Testing

@Suite("Letters over SMTP")
struct SMTPTests {
    /// A running aiosmtpd that keeps what it takes in a directory.
    private struct MailServer {
        let program: RunningProgram
        let port: Int

        static func start(keepingIn directory: URL) async throws -> MailServer {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let options = try JSONSerialization.data(withJSONObject: ["directory": directory.path, "host": "127.0.0.1"])
            let script = Program.sourceTree.appending(path: "Tests/MailTests/Servers/delivering_server.py").path
            let program = try RunningProgram(
                URL(filePath: "/usr/bin/python3"), ["-u", script, String(decoding: options, as: UTF8.self)],
                log: directory.deletingLastPathComponent().appending(path: "smtp.log"))
            let port = try await eventually("the mail server is ready") {
                program.printed.firstMatch(of: /ready (\d+)/).flatMap { Int($0.1) }
            }
            return MailServer(program: program, port: port)
        }
    }

    @Test("Success and failure reach a real mail server, each once")
    func delivered() async throws {
        let place = try TemporaryDirectory()
        let taken = place.url.appending(path: "taken")
        let mail = try await MailServer.start(keepingIn: taken)
        let appliance = try Appliance(
            configuration: """
                mail:
                  server: smtp://127.0.0.1:\(mail.port)
                  tls: none
                  from: soundspool@example.org
                """)
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.short(), as: "урок.mp4")
        try await appliance.drop(try await Videos.silent(), as: "silent.mp4")
        func messages() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: taken.path).filter { $0.hasSuffix(".eml") }.map {
                try String(contentsOf: taken.appending(path: $0), encoding: .utf8)
            }
        }
        try await eventually("both letters are taken") { try messages().count == 2 }
        try await eventually("the ledger knows") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 2 sent, 0 failed")
        }
        try await server.stop()
        let headers = try messages().map { $0.components(separatedBy: "\r\n\r\n")[0] }
        #expect(headers.allSatisfy { $0.contains("To: ada@example.org") && $0.contains("<soundspool@example.org>") })
        #expect(headers.contains { $0.contains("Subject: Could not convert silent.mp4") })
        #expect(headers.contains { $0.contains("=?utf-8?") || $0.contains("=?UTF-8?") })
        #expect(Set(headers.compactMap { $0.firstMatch(of: /Message-ID: (.*)/)?.1 }).count == 2)
        try await mail.program.end()
    }

    @Test("A mail server that is down keeps its letters queued, and conversions go on")
    func down() async throws {
        let appliance = try Appliance(
            configuration: """
                mail:
                  server: smtp://127.0.0.1:1
                  tls: none
                """)
        try await appliance.addAccount()
        let server = try await appliance.serve()
        for name in ["a.mp4", "b.mp4"] { try await appliance.drop(try await Videos.short(), as: name) }
        try await eventually("both are published") { appliance.names("outbox") == ["a.mp3", "b.mp3"] }
        try await eventually("the letters stay queued") {
            try await appliance.command("status").output.contains("Letters:    2 queued, 0 sent, 0 failed")
        }
        try await eventually("the journal says why") {
            server.program.printed.contains("letter not delivered, trying again later")
        }
        try await server.stop()
    }
}
