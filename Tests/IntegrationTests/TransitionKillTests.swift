import Foundation
import TestSupport
import Testing

/// SIGKILL just before each system call that takes a drop from one state to the next.
@Suite("Killed at a transition", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct TransitionKillTests {
    static let moments =
        [
            KillMoment(name: "claim: the rename", call: "renameat2", path: "root/home/ada/inbox"),
            KillMoment(name: "claim: made durable", call: "fsync", path: "root/.spool"),
            KillMoment(name: "converting: an earlier MP3 is removed", call: "unlinkat", path: "root/.spool"),
            KillMoment(name: "publish: the MP3 is flushed", call: "fsync", path: "root/.spool/1.mp3"),
            KillMoment(name: "publish: the link", call: "linkat", path: "root/home/ada/outbox"),
            KillMoment(name: "publish: the link is made durable", call: "fsync", path: "root/home/ada/outbox"),
            KillMoment(name: "archive: the rename", call: "renameat2", path: "root/home/ada/done"),
            KillMoment(name: "archive: made durable", call: "fsync", path: "root/home/ada/done"),
            KillMoment(name: "letter: made durable", call: "fsync", path: "mail"),
            KillMoment(name: "letter: its name", call: "renameat2", path: "mail"),
        ] + KillMoment.transactions(1...8)

    @Test("SIGKILL, then a restart: exactly one MP3 and one letter", arguments: moments)
    func killed(at moment: KillMoment) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let first = try await appliance.serve()
        let strace = try await moment.arm(first, of: appliance)
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await moment.eventuallyKilled(first, by: strace) { try appliance.letters.count == 1 }

        let second = try await appliance.serve()
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is kept") { appliance.names("done") == ["film.mp4"] }
        #expect(appliance.names("outbox") == ["film.mp3"])
        #expect(abs(try await Videos.duration(appliance.folder("outbox").appending(path: "film.mp3")) - 5) < 0.1)
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        try await appliance.eventuallyEmptySpool()
        try await second.stop()
        #expect(try appliance.letters.count == 1)
    }
}
