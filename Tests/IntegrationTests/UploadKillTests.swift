import Foundation
import TestSupport
import Testing

/// SIGKILL just before each system call that makes a job of an upload. Its sender gets no answer and sends it again.
@Suite("Killed while an upload is taken", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct UploadKillTests {
    static let moments =
        [
            KillMoment(name: "the rename", call: "renameat2", path: "root/.spool"),
            KillMoment(name: "made durable", call: "fsync", path: "root/.spool"),
        ] + KillMoment.transactions(1...4)

    @Test("SIGKILL, a restart and the same upload again: one MP3 and one letter", arguments: moments)
    func killed(at moment: KillMoment) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let video = try await Videos.short()
        let upload = ["-T", video.path, "-H", "Idempotency-Key: film"]
        let first = try await appliance.serve()
        var sender = try HTTPClient(first)
        try await sender.signIn()
        let strace = try await moment.arm(first, of: appliance)
        let token = "Authorization: Bearer \(try #require(sender.token))"
        // The connection breaks, or all of it gets through.
        _ = try await Program("/usr/bin/curl").run(
            ["-sS", "-H", token] + upload + [first.url.absoluteString + "/api/v1/inbox/film.mp4"])
        try await moment.eventuallyKilled(first, by: strace) { try appliance.letters.count == 1 }

        let second = try await appliance.serve()
        sender = try HTTPClient(second)
        try await sender.signIn()
        #expect(try await sender.call("/api/v1/inbox/film.mp4", upload).status == 201)
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is kept") { appliance.names("done") == ["film.mp4"] }
        #expect(appliance.names("outbox") == ["film.mp3"])
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        try await appliance.eventuallyEmptySpool()
        try await second.stop()
        #expect(try appliance.letters.count == 1)
    }
}
