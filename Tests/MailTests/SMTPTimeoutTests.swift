import Domain
import Foundation
import Testing

@testable import Mail

/// Servers that fall silent. Of the two timeouts the one that is meant is short and the other longer than the test waits,
/// as are libcurl's own: two minutes for a reply, five for a connection.
@Suite struct SMTPTimeoutTests {
    private static let short: Duration = .seconds(10)
    private static let long: Duration = .seconds(3600)
    /// Only there to end a test that would hang.
    private static let deadline: Duration = .seconds(100)

    private static let connecting = TransferTimeouts(connect: short, stall: long)
    private static let stalling = TransferTimeouts(connect: long, stall: short)

    /// Expects a submission to end by itself, as a temporary failure.
    private func expectTimeout(
        _ message: MIMEMessage, to server: SMTPServer, _ timeouts: TransferTimeouts
    ) async -> DeliveryError? {
        let task = Task { try await SMTPSubmission(timeouts: timeouts).submit(message, to: server) }
        let watch = Task {
            try await Task.sleep(for: Self.deadline)
            task.cancel()
        }
        defer { watch.cancel() }
        let error = await #expect(throws: DeliveryError.self) { try await task.value }
        #expect(error?.kind == .temporary)
        #expect(error?.reply == nil)
        #expect(error?.message.contains("was stopped") == false, "it went on for \(Self.deadline)")
        return error
    }

    @Test(arguments: [
        ("GREETING", connecting), ("EHLO", connecting), ("MAIL", stalling), ("RCPT", stalling), ("DATA", stalling),
        ("END", stalling),
    ]) func aSilentServerIsGivenUp(verb: String, timeouts: TransferTimeouts) async throws {
        let replies = ["replies": [verb: [String]()]]
        try await PythonProgram.withServer("scripted_server.py", options: replies) { port in
            let server = try SMTPServer(url: "smtp://127.0.0.1:\(port)", tls: .none)
            let error = try await expectTimeout(.example(), to: server, timeouts)
            #expect(error?.concernsLetter == (verb == "END"))
        }
    }

    @Test func aConnectionThatIsNeverMadeIsGivenUp() async throws {
        try await PythonProgram.withServer("full_server.py", options: [:]) { port in
            let server = try SMTPServer(url: "smtp://127.0.0.1:\(port)", tls: .none)
            let error = try await expectTimeout(.example(), to: server, Self.connecting)
            #expect(error?.concernsLetter == false)
        }
    }

    /// More than the buffers of both ends hold.
    @Test func aServerThatStopsReadingIsGivenUp() async throws {
        let line = String(repeating: "x", count: 70) + "\n"
        let message = try MIMEMessage.example(body: String(repeating: line, count: 10_000))
        try await PythonProgram.withServer("scripted_server.py", options: ["stops_reading": true]) { port in
            let server = try SMTPServer(url: "smtp://127.0.0.1:\(port)", tls: .none)
            let error = await expectTimeout(message, to: server, Self.stalling)
            #expect(error?.concernsLetter == true)
        }
    }
}
