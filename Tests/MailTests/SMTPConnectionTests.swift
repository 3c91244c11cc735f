import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Mail

/// Several messages over one connection.
@Suite struct SMTPConnectionTests {
    private func message(_ number: Int) throws -> MIMEMessage { try .example(token: "k\(number)") }

    private func connection(_ server: MailServer) throws -> SMTPConnection {
        try SMTPConnection(to: SMTPServer(url: "smtp://127.0.0.1:\(server.port)", tls: .none))
    }

    @Test func isUsedAgain() async throws {
        let server = try await MailServer.start("scripted_server.py")
        let connection = try connection(server)
        for number in 0..<5 {
            let reply = try await connection.submit(message(number))
            #expect(reply?.text == "250 taken")
        }
        #expect(server.taken.map(\.connection) == [1, 1, 1, 1, 1])
        #expect(server.taken.map(\.id) == (0..<5).map { "<k\($0)@example.org>" })
        await connection.close()
        try await connection.submit(message(5))
        #expect(server.taken.last?.connection == 2)
        try await server.program.end()
    }

    @Test func isNewAfterARefusal() async throws {
        let server = try await MailServer.start("scripted_server.py", ["first": ["RCPT": [["550 5.1.1 no"]]]])
        let connection = try connection(server)
        await #expect(throws: DeliveryError.self) { try await connection.submit(message(0)) }
        try await connection.submit(message(1))
        #expect(server.taken.map(\.id) == ["<k1@example.org>"])
        try await server.program.end()
    }

    /// An idle connection that the server has closed says nothing about the server.
    @Test(arguments: [["421 4.4.2 idle for too long"], nil]) func isMadeAnewWhereTheServerLetItGo(reply: [String]?)
        async throws
    {
        let fine = ["250 fine"]
        let faults: [Any] = [fine, reply.map { $0 as Any } ?? NSNull()]
        let server = try await MailServer.start("scripted_server.py", ["first": ["MAIL": faults]])
        let connection = try connection(server)
        for number in 0..<3 { try await connection.submit(message(number)) }
        #expect(server.taken.map(\.connection) == [1, 2, 2])
        try await server.program.end()
    }

    @Test func failsWhereANewOneFailsToo() async throws {
        let server = try await MailServer.start(
            "scripted_server.py", ["first": ["MAIL": [["250 fine"]]], "replies": ["MAIL": ["421 4.3.2 closing"]]])
        let connection = try connection(server)
        try await connection.submit(message(0))
        let error = await #expect(throws: DeliveryError.self) { try await connection.submit(message(1)) }
        #expect(error?.kind == .temporary)
        #expect(error?.concernsLetter == false)
        #expect(server.connections == 2)
        try await server.program.end()
    }

    /// A connection that could not be made is not one that was let go of.
    @Test func isTriedOnceWhereNobodyListens() async throws {
        let server = try await MailServer.start("scripted_server.py", ["port": freePort()])
        let lines = Lines()
        let smtp = try SMTPServer(url: "smtp://127.0.0.1:\(server.port)", tls: .none)
        let connection = try SMTPConnection(to: smtp, transcript: lines.transcript(with: smtp))
        try await connection.submit(message(0))
        try await server.program.end()
        for number in 1...2 {
            // The first time libcurl finds the kept connection closed, the second time there is none.
            await #expect(throws: DeliveryError.self) { try await connection.submit(message(number)) }
            #expect(lines.text.components(separatedBy: "Trying ").count == number + 2, "\(lines.text)")
        }
    }

    /// A secret is hidden in whatever is shown, also where the server cuts it or folds it over lines, and where it is too
    /// long to be shown.
    @Test(arguments: [0, 7, 100, 2000]) func whatTheServerEchoesHoldsNoPassword(cut: Int) async throws {
        let token = (0..<256).map { String(format: "%08x", $0 * 0x9E37_79B1 % 0xFFFF_FFFB) }.joined()
        let sent = Data("user=ada\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8).base64EncodedString()
        let lines = ["535-5.7.8 no: \(token.dropLast(cut))", "535-\(sent.prefix(700))", "535 \(sent.dropFirst(700))"]
        let server = try await MailServer.start(
            "scripted_server.py",
            ["replies": ["EHLO": ["250-scripted.test", "250 AUTH XOAUTH2"], "AUTH": ["334 "], "CONTINUE": lines]])
        let smtp = try SMTPServer(
            url: "smtp://127.0.0.1:\(server.port)", username: "ada", password: Secret(token), authentication: .xoauth2,
            tls: .none)
        let shown = Lines()
        let error = await #expect(throws: DeliveryError.self) {
            try await SMTPSubmission().submit(.example(), to: smtp, transcript: shown.transcript(with: smtp))
        }
        #expect(error?.reply?.code == 535)
        for text in [error?.message ?? "", error?.reply?.text ?? "", shown.text] {
            #expect(text.contains("535-5.7.8 no: (hidden)"), "\(text)")
            for secret in [token, sent] {
                for start in stride(from: 0, through: secret.count - 16, by: 8) {
                    #expect(!text.contains(secret.dropFirst(start).prefix(16)))
                }
            }
        }
        try await server.program.end()
    }

    /// What `soundspool mail test` shows.
    @Test(arguments: [SMTPServer.Authentication.plain, .login, .xoauth2], ["s3cret-word", "wr0ng-word"])
    func transcriptHoldsNoPassword(authentication: SMTPServer.Authentication, password: String) async throws {
        let options: [String: Any] = ["user": "ada", "password": "s3cret-word", "mechanisms": ["PLAIN", "LOGIN"]]
        try await DeliveringServer.run(tls: .startTLS, options: options) { server in
            let smtp = try SMTPServer(
                url: "smtp://localhost:\(server.port)", username: "ada", password: Secret(password),
                authentication: authentication, caFile: server.certificate.path())
            let lines = Lines()
            _ = try? await SMTPSubmission().submit(
                .example(), to: smtp, transcript: lines.transcript(with: smtp))
            let text = lines.text
            for part in [
                "> EHLO ", "> STARTTLS", "* SSL connection using TLSv1",
                "> AUTH \(authentication.rawValue.uppercased())", "(hidden)",
            ] {
                #expect(text.contains(part), "\(text)")
            }
            #expect(text.contains(password == "s3cret-word" ? "< 250 2.0.0 taken" : "< 535"), "\(text)")
            for secret in [
                password, Data(password.utf8).base64EncodedString(),
                Data("\0ada\0\(password)".utf8).base64EncodedString(),
                Data("user=ada\u{1}auth=Bearer \(password)\u{1}\u{1}".utf8).base64EncodedString(),
            ] {
                #expect(!text.contains(secret), "\(text)")
            }
        }
    }

    private final class Lines: Sendable {
        private let all = Mutex<[String]>([])

        var text: String { all.withLock { $0.joined(separator: "\n") } }

        func transcript(with server: SMTPServer) -> SMTPTranscript {
            SMTPTranscript(with: server) { line in self.all.withLock { $0.append(line) } }
        }
    }
}
