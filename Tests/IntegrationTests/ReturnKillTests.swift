import Foundation
import TestSupport
import Testing

/// SIGKILL just before each system call that takes a drop without its end back to its inbox.
@Suite("Killed on the way back", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct ReturnKillTests {
    static let moments =
        [
            KillMoment(name: "its MP3 is removed", call: "unlinkat", path: "root/.spool"),
            KillMoment(name: "the rename", call: "renameat2", path: "root/home/ada/inbox"),
            KillMoment(name: "made durable in the inbox", call: "fsync", path: "root/home/ada/inbox"),
            KillMoment(name: "made durable in the spool", call: "fsync", path: "root/.spool"),
        ] + KillMoment.transactions(1...3)

    @Test("SIGKILL, then a restart: it waits for its end, and then there is one MP3", arguments: moments)
    func killed(at moment: KillMoment) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let converter = try HeldConverter()
        defer { converter.remove() }
        let first = try await appliance.serve(programs: converter.programs)
        let whole = try Data(contentsOf: try await Videos.medium())
        let half = whole.prefix(whole.count / 2)
        let path = appliance.folder("inbox").appending(path: "film.mkv")
        try half.write(to: path)
        try await converter.eventuallyHolds("film.mkv", of: first, in: appliance)
        let strace = try await moment.arm(first, of: appliance)
        try converter.letGo()
        try await moment.eventuallyKilled(first, by: strace) { try await isWaiting(appliance) }

        let second = try await appliance.serve()
        try await eventually("it waits for its end") { try await isWaiting(appliance) }
        #expect(appliance.statusText().contains("film.mkv: A part of it"))
        #expect(try Data(contentsOf: path) == half)
        try await appliance.eventuallyEmptySpool()
        #expect(appliance.names("outbox") == [])
        #expect(try appliance.letters == [])

        let writer = try FileHandle(forWritingTo: path)
        try writer.seekToEnd()
        try writer.write(contentsOf: whole.dropFirst(half.count))
        try writer.close()
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is kept") { appliance.names("done") == ["film.mkv"] }
        #expect(appliance.names("outbox") == ["film.mp3"])
        #expect(abs(try await Videos.duration(appliance.folder("outbox").appending(path: "film.mp3")) - 12) < 0.1)
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        try await second.stop()
        #expect(try appliance.letters.count == 1)
        #expect(try appliance.spooled == [])
    }

    private func isWaiting(_ appliance: Appliance) async throws -> Bool {
        try await appliance.jobs().contains { $0.name == "film.mkv" && $0.reason == "incomplete" }
            && appliance.statusText().contains("film.mkv: A part of it") && appliance.names("inbox") == ["film.mkv"]
    }
}
