import Domain
import Foundation
import Testing

@testable import Mail

/// Against aiosmtpd.
@Suite struct SMTPSubmissionTests {
    private let submission = SMTPSubmission(timeouts: .init(connect: .seconds(120), stall: .seconds(120)))

    private func error(_ message: MIMEMessage, to server: SMTPServer) async -> DeliveryError? {
        await #expect(throws: DeliveryError.self) { try await submission.submit(message, to: server) }
    }

    @Test(arguments: [SMTPServer.TLSPolicy.none, .opportunistic]) func deliversInClearTextWhereAllowed(
        tls: SMTPServer.TLSPolicy
    ) async throws {
        try await DeliveringServer.run { server in
            let message = try MIMEMessage.example()
            let url = "smtp://127.0.0.1:\(server.port)/spool.example.org"
            try await submission.submit(message, to: SMTPServer(url: url, tls: tls))
            #expect(try server.message() == message.bytes)
            let envelope = try server.envelope()
            #expect(envelope.from == "spool@example.org")
            #expect(envelope.to == ["ada@example.org"])
            #expect(envelope.hello == "spool.example.org")
            #expect(!envelope.tls)
        }
    }

    @Test func deliversOverIPv6() async throws {
        try await DeliveringServer.run(host: "::1") { server in
            let message = try MIMEMessage.example()
            try await submission.submit(message, to: SMTPServer(url: "smtp://[::1]:\(server.port)", tls: .none))
            #expect(try server.message() == message.bytes)
        }
    }

    /// RFC 5321 section 4.5.2. Long enough for a dot to meet the edge of every buffer on the way.
    @Test func linesThatBeginWithDotsArriveWhole() async throws {
        let dots = (0..<60_000).map { String(repeating: ".", count: $0 % 7) }
        let body = ([".", "..", ".\r", "...end", ""] + dots + ["."]).joined(separator: "\n") + "\n"
        let message = try MIMEMessage.example(body: body)
        try await DeliveringServer.run { server in
            try await submission.submit(message, to: SMTPServer(url: "smtp://127.0.0.1:\(server.port)", tls: .none))
            #expect(try server.message() == message.bytes)
        }
    }

    @Test(arguments: [
        ("ådå@example.org", "ådå@example.org"), ("ada@exämple.org", "ada@exämple.org"),
    ]) func deliversToAnAddressOutsideASCII(to: String, recipient: String) async throws {
        try await DeliveringServer.run { server in
            let message = try MIMEMessage.example(to: to)
            try await submission.submit(message, to: SMTPServer(url: "smtp://127.0.0.1:\(server.port)", tls: .none))
            #expect(try server.envelope().to == [recipient])
            #expect(try server.message() == message.bytes)
        }
    }

    @Test func tlsIsRequiredUnlessAllowedOtherwise() async throws {
        try await DeliveringServer.run { server in
            let error = try await error(.example(), to: SMTPServer(url: "smtp://localhost:\(server.port)"))
            #expect(error?.kind == .misconfigured)
            #expect(error?.message.contains("TLS is required but not offered") == true, "\(String(describing: error))")
            #expect(server.isEmpty)
        }
    }

    @Test(arguments: [(DeliveringServer.TLS.startTLS, "smtp"), (.implicit, "smtps")])
    func tlsNeedsATrustedCertificate(tls: DeliveringServer.TLS, scheme: String) async throws {
        try await DeliveringServer.run(tls: tls) { server in
            let message = try MIMEMessage.example()
            let url = "\(scheme)://localhost:\(server.port)"
            let caFile = server.certificate.path()

            let untrusted = try await error(message, to: SMTPServer(url: url))
            #expect(untrusted?.kind == .misconfigured)
            #expect(untrusted?.message.contains("certificate") == true, "\(String(describing: untrusted))")

            let wrongName = try await error(
                message, to: SMTPServer(url: "\(scheme)://127.0.0.1:\(server.port)", caFile: caFile))
            #expect(wrongName?.kind == .misconfigured)
            #expect(wrongName?.message.contains("certificate") == true, "\(String(describing: wrongName))")

            let noFile = try await error(message, to: SMTPServer(url: url, caFile: caFile + ".missing"))
            #expect(noFile?.kind == .misconfigured)
            #expect(noFile?.message.contains("CA file") == true, "\(String(describing: noFile))")
            #expect(server.isEmpty)

            try await submission.submit(message, to: SMTPServer(url: url, caFile: caFile))
            #expect(try server.message() == message.bytes)
            #expect(try server.envelope().tls)
        }
    }

    @Test(arguments: [(DeliveringServer.TLS.startTLS, "smtp"), (.implicit, "smtps")])
    func anExpiredCertificateIsAMisconfiguration(tls: DeliveringServer.TLS, scheme: String) async throws {
        try await DeliveringServer.run(tls: tls, isExpired: true) { server in
            let url = "\(scheme)://localhost:\(server.port)"
            let error = try await error(.example(), to: SMTPServer(url: url, caFile: server.certificate.path()))
            #expect(error?.kind == .misconfigured)
            #expect(error?.message.contains("certificate has expired") == true, "\(String(describing: error))")
            #expect(server.isEmpty)
        }
    }

    @Test(arguments: ["PLAIN", "LOGIN"]) func passwordIsAccepted(mechanism: String) async throws {
        let options: [String: Any] = ["user": "ådå", "password": "s3crèt €", "mechanisms": [mechanism]]
        try await DeliveringServer.run(tls: .startTLS, options: options) { server in
            let message = try MIMEMessage.example()
            try await submission.submit(
                message,
                to: SMTPServer(
                    url: "smtp://localhost:\(server.port)", username: "ådå", password: Secret("s3crèt €\n"),
                    caFile: server.certificate.path()))
            #expect(try server.message() == message.bytes)
            #expect(try server.envelope().mechanism == mechanism)
        }
    }

    @Test(arguments: [SMTPServer.Authentication.plain, .login]) func mechanismIsChosen(
        _ authentication: SMTPServer.Authentication
    ) async throws {
        let options: [String: Any] = ["user": "ada", "password": "s3cret", "mechanisms": ["PLAIN", "LOGIN"]]
        try await DeliveringServer.run(tls: .startTLS, options: options) { server in
            try await submission.submit(
                .example(),
                to: SMTPServer(
                    url: "smtp://localhost:\(server.port)", username: "ada", password: Secret("s3cret"),
                    authentication: authentication, caFile: server.certificate.path()))
            #expect(try server.envelope().mechanism == authentication.rawValue.uppercased())
        }
    }

    /// An access token is good for an hour: its file is read anew for each message.
    @Test func accessTokenIsReadAnew() async throws {
        let options: [String: Any] = ["user": "ada", "password": "ya29.new-token", "mechanisms": [String]()]
        try await DeliveringServer.run(tls: .startTLS, options: options) { server in
            let file = server.directory.appending(path: "token")
            try Data("ya29.old-token\n".utf8).write(to: file)
            let password = try #require(Secret(file: file.path()))
            let smtp = try SMTPServer(
                url: "smtp://localhost:\(server.port)", username: "ada", password: password, authentication: .xoauth2,
                caFile: server.certificate.path())
            let error = try await error(.example(), to: smtp)
            #expect(error?.kind == .misconfigured)
            #expect(error?.reply?.code == 535, "\(String(describing: error))")
            #expect(error?.message.contains("old-token") == false)
            try Data("ya29.new-token\n".utf8).write(to: file)
            try await submission.submit(.example(), to: smtp)
            #expect(try server.envelope().mechanism == "XOAUTH2")
        }
    }

    @Test(arguments: ["PLAIN", "LOGIN"]) func wrongPasswordIsAMisconfiguration(mechanism: String) async throws {
        let options: [String: Any] = ["user": "ada", "password": "right", "mechanisms": [mechanism]]
        try await DeliveringServer.run(tls: .startTLS, options: options) { server in
            let error = try await error(
                .example(),
                to: SMTPServer(
                    url: "smtp://localhost:\(server.port)", username: "ada", password: Secret("wr0ng-one"),
                    caFile: server.certificate.path()))
            #expect(error?.kind == .misconfigured)
            #expect(error?.reply?.code == 535)
            #expect(error?.reply?.command == .auth)
            #expect(error?.message.contains("535 5.7.8") == true, "\(String(describing: error))")
            #expect(error?.message.contains("wr0ng-one") == false)
            #expect(server.isEmpty)
        }
    }

    @Test func missingPasswordIsAMisconfiguration() async throws {
        let options: [String: Any] = ["user": "ada", "password": "right", "mechanisms": ["PLAIN"]]
        try await DeliveringServer.run(options: options) { server in
            let error = try await error(.example(), to: SMTPServer(url: "smtp://localhost:\(server.port)", tls: .none))
            #expect(error?.kind == .misconfigured)
            #expect(error?.reply?.code == 530)
            #expect(error?.reply?.command == .mail)
        }
    }
}
