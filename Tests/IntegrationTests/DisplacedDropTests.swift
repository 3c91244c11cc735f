import Foundation
import TestSupport
import Testing

/// A drop that is changed between the look before its claim and the one after it, and whose place is taken meanwhile.
@Suite("Exchanged while it was taken", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct DisplacedDropTests {
    @Test("It goes to failed/ with a letter, and what took its place is converted")
    func displaced() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        // Stops the service as soon as the drop lies in the spool.
        let strace = try await Injection(calls: "renameat2", effect: "signal=STOP:when=1", path: "root/home/ada/inbox")
            .begin(in: server, of: appliance)
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await eventually("it is claimed, and the service stopped") {
            try appliance.spooled == ["1.source"] && strace.printed.contains("--- stopped by SIGSTOP ---")
        }
        // Whoever has had it open can do this to it still.
        let claimed = appliance.root.appending(path: ".spool/1.source").path
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 9)], ofItemAtPath: claimed)
        try await appliance.drop(try await Videos.medium(), as: "film.mp4")
        try await strace.end(SIGKILL)
        #expect(kill(server.program.pid, SIGCONT) == 0)

        try await eventually("the journal tells") {
            server.program.printed.contains("a drop was exchanged while it was taken")
        }
        try await eventually("the newer one is published") { appliance.names("outbox") == ["film.mp3"] }
        #expect(abs(try await Videos.duration(appliance.folder("outbox").appending(path: "film.mp3")) - 12) < 0.1)
        try await eventually("both letters are written") { try appliance.letters.count == 2 }
        #expect(try appliance.letters.contains { $0.contains("Subject: Could not convert film.mp4") })
        #expect(appliance.names("failed") == ["film.mp4", "film.mp4.txt"])
        #expect(appliance.names("inbox") == [])
        let jobs = try await appliance.jobs().sorted { $0.id ?? 0 < $1.id ?? 0 }
        #expect(jobs.map(\.state) == ["failed", "published"])
        #expect(jobs.first?.reason == "changed")
        try await appliance.eventuallyEmptySpool()
        try await server.stop()
    }
}
