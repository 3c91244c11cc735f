import Foundation
import TestSupport
import Testing

@Suite("Killed while a letter is on its way")
struct LetterKillTests {
    /// When the mail server kills the service: before it asked for the message, when it is about to ask, and when all of
    /// the message has come but is not yet answered.
    @Test(
        "SIGKILL after the final dot: a repeat with the same Message-ID, and only then",
        arguments: [("RCPT", 1), ("DATA", 1), ("END", 2)])
    func killed(at verb: String, copies: Int) async throws {
        let place = try TemporaryDirectory()
        let pid = place.url.appending(path: "pid")
        let kill = ["verb": verb, "pid_file": pid.path]
        let mail = try await MailServer.start("scripted_server.py", ["kill": kill])
        let appliance = try Appliance(
            configuration: """
                mail:
                  server: smtp://127.0.0.1:\(mail.port)
                  tls: none
                """)
        try await appliance.addAccount()
        let first = try await appliance.serve()
        try Data("\(first.program.pid)".utf8).write(to: pid)
        try await appliance.drop(try await Videos.short(), as: "a.mp4")
        #expect(try await first.program.ended() == -SIGKILL)
        #expect(appliance.names("outbox") == ["a.mp3"])
        #expect(mail.taken.count == copies - 1)

        let second = try await appliance.serve()
        try await eventually("the letter is sent") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 1 sent, 0 failed")
        }
        #expect(mail.taken.count == copies)
        #expect(Set(mail.taken.map(\.id)).count == 1)
        #expect(Set(try mail.messages()).count == 1)

        // Once it is written down that it was sent, no kill brings it back.
        try await second.program.end(SIGKILL)
        let third = try await appliance.serve()
        try await appliance.drop(try await Videos.short(), as: "b.mp4")
        try await eventually("the next letter is sent") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 2 sent, 0 failed")
        }
        #expect(mail.taken.count == copies + 1)
        try await third.stop()
        try await mail.program.end()
    }
}
