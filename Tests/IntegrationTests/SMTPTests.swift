import Foundation
import TestSupport
import Testing

@Suite("Letters over SMTP")
struct SMTPTests {
    private func configuration(port: Int, more: String = "") -> String {
        """
        mail:
          server: smtp://127.0.0.1:\(port)
          tls: none
          from: soundspool@example.org
        \(more)
        """
    }

    @Test("Success and failure reach a real mail server, each once")
    func delivered() async throws {
        let mail = try await MailServer.start("delivering_server.py", ["host": "127.0.0.1"])
        let appliance = try Appliance(configuration: configuration(port: mail.port))
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.short(), as: "урок.mp4")
        try await appliance.drop(try await Videos.silent(), as: "silent.mp4")
        try await eventually("both letters are taken") { try mail.messages().count == 2 }
        try await eventually("the ledger knows") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 2 sent, 0 failed")
        }
        try await server.stop()
        let headers = try mail.messages().map { $0.components(separatedBy: "\r\n\r\n")[0] }
        #expect(headers.allSatisfy { $0.contains("To: ada@example.org") && $0.contains("<soundspool@example.org>") })
        #expect(headers.contains { $0.contains("Subject: Could not convert silent.mp4") })
        #expect(headers.contains { $0.contains("=?utf-8?") || $0.contains("=?UTF-8?") })
        #expect(Set(headers.compactMap { $0.firstMatch(of: /Message-ID: (.*)/)?.1 }).count == 2)
        try await mail.program.end()
    }

    @Test("Down for the whole run, then up: every letter arrives, once")
    func down() async throws {
        let port = try freePort()
        let appliance = try Appliance(configuration: configuration(port: port))
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let names = (1...6).map { "\($0).mp4" }
        for name in names { try await appliance.drop(try await Videos.short(), as: name) }
        try await eventually("all are published") { appliance.names("outbox").count == names.count }
        try await eventually("the letters stay queued") {
            try await appliance.command("status").output.contains("Letters:    6 queued, 0 sent, 0 failed")
        }
        try await eventually("the journal says why") {
            server.program.printed.contains("letter not delivered, trying again later")
        }
        try await server.stop()
        let again = try await appliance.serve()
        let mail = try await MailServer.start("scripted_server.py", ["port": port])
        try await eventually("all arrive") { mail.taken.count == names.count }
        #expect(Set(mail.taken.map(\.id)).count == names.count)
        try await eventually("the ledger knows") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 6 sent, 0 failed")
        }
        try await again.stop()
        #expect(mail.taken.count == names.count)
        try await mail.program.end()
    }

    @Test("A mail server that falls silent slows no conversion, and a stop does not wait for it")
    func silent() async throws {
        let mail = try await MailServer.start("scripted_server.py", ["replies": ["GREETING": [String]()]])
        let appliance = try Appliance(configuration: configuration(port: mail.port))
        try await appliance.addAccount()
        let server = try await appliance.serve()
        for number in 1...4 { try await appliance.drop(try await Videos.short(), as: "\(number).mp4") }
        try await eventually("all are published") { appliance.names("outbox").count == 4 }
        try await eventually("their letters wait") {
            try await appliance.command("status").output.contains("Letters:    4 queued, 0 sent, 0 failed")
        }
        try await eventually("the server was asked") { mail.connections > 0 }
        #expect(mail.taken.isEmpty)
        #expect(mail.mostConnections <= 2)
        try await server.stop()
        try await mail.program.end()
    }

    @Test("A connection that is kept does not hold up a stop, though the server leaves QUIT unanswered")
    func unansweredQuit() async throws {
        let mail = try await MailServer.start("scripted_server.py", ["replies": ["QUIT": [String]()]])
        let appliance = try Appliance(configuration: configuration(port: mail.port))
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.silent(), as: "silent.mp4")
        try await eventually("the letter is sent") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 1 sent, 0 failed")
        }
        try await server.stop()
        try await mail.program.end()
    }

    @Test("What was refused for good is in `status` and `mail list`, and `mail retry` sends it")
    func refused() async throws {
        let refusal = ["550 5.1.1 no such user here"]
        let mail = try await MailServer.start("scripted_server.py", ["first": ["RCPT": [refusal]]])
        let appliance = try Appliance(configuration: configuration(port: mail.port))
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.short(), as: "a.mp4")
        try await eventually("it is given up") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 0 sent, 1 failed")
        }
        let status = try await appliance.command("status")
        #expect(status.output.contains("letter 1 to ada@example.org: 127.0.0.1:\(mail.port) refused RCPT: 550 5.1.1"))
        struct Row: Decodable {
            let id: Int64
            let state: String
            let recipient: String
            let answer: String?
            let attempts: Int
        }
        let row = try #require(try await appliance.json([Row].self, "mail", "list").first)
        #expect(row.state == "failed" && row.attempts == 1 && row.answer?.contains("no such user here") == true)
        #expect(try await appliance.command("mail", "list", "--state", "sent").output.contains("ada@") == false)
        #expect(try await appliance.command("mail", "list", "--state", "lost").status == 64)
        #expect(try await appliance.command("mail", "retry").status == 64)
        #expect(try await appliance.command("mail", "retry", "99").status == 66)
        #expect(try await appliance.command("mail", "retry", "\(row.id)").output == "1 letter is tried again.\n")
        try await eventually("it is sent") {
            try await appliance.json([Row].self, "mail", "list").map(\.state) == ["sent"]
        }
        #expect(mail.taken.count == 1)
        try await server.stop()
        try await mail.program.end()
    }
}
