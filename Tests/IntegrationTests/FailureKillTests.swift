import Foundation
import TestSupport
import Testing

/// SIGKILL just before each system call that takes what cannot be converted to `failed`, with the reason beside it.
@Suite("Killed on the way to failed", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct FailureKillTests {
    private static let failed = "root/home/ada/failed"

    static let moments =
        [
            KillMoment(name: "its MP3 is removed", call: "unlinkat", path: "root/.spool"),
            KillMoment(name: "the reason's name", call: "renameat2", path: failed),
            KillMoment(name: "the reason is made durable", call: "fsync", path: failed),
            KillMoment(name: "the original: the rename", call: "renameat2", path: failed, number: 2),
            KillMoment(name: "the original: made durable", call: "fsync", path: failed, number: 2),
            KillMoment(name: "the original: gone from the spool", call: "fsync", path: "root/.spool"),
        ] + KillMoment.transactions(1...3)

    @Test("SIGKILL, then a restart: one letter, and one original with its reason", arguments: moments)
    func killed(at moment: KillMoment) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let converter = try HeldConverter()
        defer { converter.remove() }
        let first = try await appliance.serve(programs: converter.programs)
        try Data("no video".utf8).write(to: appliance.folder("inbox").appending(path: "bad.mp4"))
        try await converter.eventuallyHolds("bad.mp4", of: first, in: appliance)
        let strace = try await moment.arm(first, of: appliance)
        try converter.letGo()
        try await moment.eventuallyKilled(first, by: strace) { try appliance.letters.count == 1 }

        let second = try await appliance.serve()
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is kept") { appliance.names("failed") == ["bad.mp4", "bad.mp4.txt"] }
        #expect(try await appliance.jobs().map(\.state) == ["failed"])
        let reason = try String(contentsOf: appliance.folder("failed").appending(path: "bad.mp4.txt"), encoding: .utf8)
        #expect(reason.contains("bad.mp4 was not converted.") && reason.contains("Job: 1"), "\(reason)")
        try await appliance.eventuallyEmptySpool()
        try await second.stop()
        #expect(try appliance.letters.count == 1)
        #expect(appliance.names("inbox") == [])
        #expect(appliance.names("outbox") == [])
    }
}
