import Foundation
import TestSupport
import Testing

@testable import Mail

/// Against a server that misbehaves, and against none.
@Suite struct SMTPFaultTests {
    struct Fault: CustomTestStringConvertible {
        let verb: String
        /// nil hangs up, none says nothing.
        let lines: [String]?
        let kind: DeliveryError.Kind
        let command: SMTPReply.Command?

        init(_ verb: String, _ lines: [String]?, _ kind: DeliveryError.Kind, _ command: SMTPReply.Command? = nil) {
            self.verb = verb
            self.lines = lines
            self.kind = kind
            self.command = command
        }

        var testDescription: String { "\(verb): \(lines?.joined(separator: " ") ?? "hangs up")" }
    }

    private func submit(_ options: [String: Any]) async throws -> DeliveryError? {
        try await PythonProgram.withServer("scripted_server.py", options: options) { port in
            let submission = SMTPSubmission(timeouts: .init(connect: .seconds(120), stall: .seconds(120)))
            let server = try SMTPServer(url: "smtp://127.0.0.1:\(port)", tls: .none)
            return await #expect(throws: DeliveryError.self) { try await submission.submit(.example(), to: server) }
        }
    }

    @Test(arguments: [
        Fault("GREETING", ["421 4.3.2 closing"], .temporary), Fault("MAIL", ["452 4.3.1 full"], .temporary, .mail),
        Fault("RCPT", ["450 4.2.0 busy"], .temporary, .recipient),
        Fault("GREETING", ["554 5.7.1 not you"], .misconfigured),
        Fault("MAIL", ["451 4.3.0 later"], .temporary, .mail),
        Fault("MAIL", ["550 5.1.8 no such sender"], .misconfigured, .mail),
        Fault("RCPT", ["451 4.7.1 greylisted"], .temporary, .recipient),
        Fault("RCPT", ["550-5.1.1 no such", "550 5.1.1 user"], .permanent, .recipient),
        Fault("DATA", ["451 4.3.0 later"], .temporary, .data), Fault("DATA", ["554 5.5.1 never"], .permanent, .data),
        Fault("END", ["451 4.3.0 disk full"], .temporary, .data), Fault("END", ["550 5.7.1 spam"], .permanent, .data),
    ]) func refusalIsClassifiedAndQuoted(_ fault: Fault) async throws {
        let error = try await submit(["replies": [fault.verb: fault.lines ?? []]])
        #expect(error?.kind == fault.kind)
        #expect(error?.reply?.command == fault.command)
        let line = try #require(fault.lines?.joined(separator: " "))
        #expect(error?.reply?.text == line)
        #expect(error?.message.contains(line) == true, "\(String(describing: error))")
    }

    @Test(arguments: ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT", "END"])
    func droppedConnectionIsTemporary(verb: String) async throws {
        let error = try await submit(["replies": [verb: NSNull()]])
        #expect(error?.kind == .temporary)
        #expect(error?.reply == nil)
        #expect(error?.concernsLetter == ["CONTENT", "END"].contains(verb))
    }

    /// Where the connection is lost before the message: at STARTTLS, in TLS's handshake, and in the login.
    @Test(
        arguments: [
            ["STARTTLS": nil], ["STARTTLS": ["220 go ahead"]], ["AUTH": nil],
            ["AUTH": ["334 VXNlcm5hbWU6"], "CONTINUE": nil],
        ] as [[String: [String]?]]) func connectionDroppedOnTheWayInIsTemporary(script: [String: [String]?])
        async throws
    {
        let isTLS = script.keys.contains("STARTTLS")
        let offered = isTLS ? "STARTTLS" : "AUTH LOGIN"
        var replies: [String: Any] = ["EHLO": ["250-scripted.test", "250 \(offered)"]]
        for (verb, reply) in script { replies[verb] = reply.map { $0 as Any } ?? NSNull() }
        try await PythonProgram.withServer("scripted_server.py", options: ["replies": replies]) { port in
            let server = try SMTPServer(
                url: "smtp://127.0.0.1:\(port)", username: "ada", password: Secret("s3cret-word"),
                tls: isTLS ? .required : .none)
            let error = await #expect(throws: DeliveryError.self) {
                try await SMTPSubmission().submit(.example(), to: server)
            }
            #expect(error?.kind == .temporary, "\(String(describing: error))")
            #expect(error?.reply == nil)
            #expect(error?.concernsLetter == false)
        }
    }

    @Test func tlsThatIsOutOfOrderIsTemporary() async throws {
        let replies = [
            "EHLO": ["250-scripted.test", "250 STARTTLS"], "STARTTLS": ["454 4.7.0 TLS not available for now"],
        ]
        try await PythonProgram.withServer("scripted_server.py", options: ["replies": replies]) { port in
            let error = await #expect(throws: DeliveryError.self) {
                try await SMTPSubmission().submit(.example(), to: SMTPServer(url: "smtp://127.0.0.1:\(port)"))
            }
            #expect(error?.kind == .temporary)
            #expect(error?.reply?.command == .startTLS)
            #expect(error?.reply?.text == "454 4.7.0 TLS not available for now")
        }
    }

    @Test func noCommonAuthenticationIsAMisconfiguration() async throws {
        let replies = ["EHLO": ["250-scripted.test", "250 AUTH GSSAPI CRAM-MD5"]]
        try await PythonProgram.withServer("scripted_server.py", options: ["replies": replies]) { port in
            let server = try SMTPServer(
                url: "smtp://127.0.0.1:\(port)", username: "ada@example.org", password: Secret("s3cret"),
                tls: .none)
            let error = await #expect(throws: DeliveryError.self) {
                try await SMTPSubmission().submit(.example(), to: server)
            }
            #expect(error?.kind == .misconfigured)
            #expect(
                error?.message.contains("none of the kinds of AUTH") == true, "\(String(describing: error))")
        }
    }

    /// As Google and Microsoft answer a token that has expired: 334 and the reason, where 535 would be plainer.
    @Test func aStaleAccessTokenIsToldWithItsReason() async throws {
        let reason = Data("{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}".utf8).base64EncodedString()
        let replies = [
            "EHLO": ["250-scripted.test", "250 AUTH XOAUTH2"], "AUTH": ["334 "], "CONTINUE": ["334 \(reason)"],
        ]
        try await PythonProgram.withServer("scripted_server.py", options: ["replies": replies]) { port in
            let server = try SMTPServer(
                url: "smtp://127.0.0.1:\(port)", username: "ada", password: Secret("ya29.stale"),
                authentication: .xoauth2, tls: .none)
            let error = await #expect(throws: DeliveryError.self) {
                try await SMTPSubmission().submit(.example(), to: server)
            }
            #expect(error?.kind == .misconfigured)
            #expect(error?.concernsLetter == false)
            let message = error?.message ?? ""
            #expect(message.contains("refused AUTH: 334 {\"status\":\"invalid_token\","), "\(message)")
            #expect(message.contains("The access token was not accepted"), "\(message)")
            #expect(!message.contains("none of the kinds"), "\(message)")
        }
    }

    @Test func refusedConnectionIsTemporary() async throws {
        let port = try freePort()
        let server = try SMTPServer(url: "smtp://127.0.0.1:\(port)")
        let error = await #expect(throws: DeliveryError.self) {
            try await SMTPSubmission().submit(.example(), to: server)
        }
        #expect(error?.kind == .temporary)
        #expect(error?.message.contains("127.0.0.1:\(port)") == true)
    }

    @Test func unknownHostIsTemporary() async throws {
        let server = try SMTPServer(url: "smtp://mail.invalid:587")
        let error = await #expect(throws: DeliveryError.self) {
            try await SMTPSubmission().submit(.example(), to: server)
        }
        #expect(error?.kind == .temporary)
        #expect(error?.message.contains("mail.invalid") == true)
    }

    /// No client is greeted before all have connected: were they to block the cooperative pool, which has a thread for each
    /// core, the last would never come, and the first would give up.
    @Test func slowServersDoNotBlockTheCooperativePool() async throws {
        let count = 2 * ProcessInfo.processInfo.activeProcessorCount + 2
        try await PythonProgram.withServer("scripted_server.py", options: ["barrier": count]) { port in
            let server = try SMTPServer(url: "smtp://127.0.0.1:\(port)", tls: .none)
            let submission = SMTPSubmission(timeouts: .init(connect: .seconds(120)))
            try await withThrowingTaskGroup { group in
                for _ in 0..<count {
                    group.addTask { try await submission.submit(.example(), to: server) }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func cancellationEndsTheTransfer() async throws {
        try await PythonProgram.withServer("scripted_server.py", options: ["barrier": 2]) { port in
            let server = try SMTPServer(url: "smtp://127.0.0.1:\(port)", tls: .none)
            let task = Task { try await SMTPSubmission().submit(.example(), to: server) }
            task.cancel()
            let error = await #expect(throws: DeliveryError.self) { try await task.value }
            #expect(error?.kind == .temporary)
            #expect(error?.message.contains("stopped") == true, "\(String(describing: error))")
        }
    }
}
