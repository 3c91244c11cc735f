import Foundation
import TestSupport
import Testing

/// SIGKILL just before the system calls of the ways that do not end with an MP3: failed, back in the inbox, cancelled.
@Suite("Killed on another way", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct OtherWaysKillTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    /// Attaches strace, which kills the service at a call on a file or directory below the root.
    private func kill(
        _ server: Appliance.Server, at call: String, of path: String, _ arguments: [String] = []
    ) async throws -> RunningProgram {
        let strace = try RunningProgram(
            URL(filePath: "/usr/bin/strace"),
            [
                "-f", "-p", String(server.program.pid), "-P", appliance.root.path + "/" + path,
                "-e", "trace=\(call),fsync", "-e", "inject=\(call):signal=KILL",
            ] + arguments,
            log: appliance.directory.url.appending(path: "strace.log"))
        try await eventually("strace holds the service") { strace.printed.contains("attached") }
        return strace
    }

    private func eventuallyKilled(_ server: Appliance.Server, by strace: RunningProgram, at call: String) async throws {
        try await eventually("it is killed") { !server.program.isRunning }
        try await eventually("strace tells of it") { strace.printed.contains("+++ killed by SIGKILL +++") }
        try await strace.end(SIGKILL)
        #expect(strace.printed.contains(call + "("))
    }

    private func expectEmptySpool() async throws {
        let spool = appliance.root.appending(path: ".spool").path
        try await eventually("the spool is empty") {
            try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty
        }
    }

    @Test("A failure has one letter, and one original with its reason", arguments: ["fsync", "renameat2"])
    func failed(call: String) async throws {
        try await appliance.addAccount()
        let first = try await appliance.serve()
        let strace = try await kill(first, at: call, of: "home/ada/failed")
        try Data("no video".utf8).write(to: appliance.folder("inbox").appending(path: "bad.mp4"))
        try await eventuallyKilled(first, by: strace, at: call)
        let second = try await appliance.serve()
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is kept") { appliance.names("failed") == ["bad.mp4", "bad.mp4.txt"] }
        #expect(try await appliance.jobs().map(\.state) == ["failed"])
        try await expectEmptySpool()
        try await second.stop()
        #expect(try appliance.letters.count == 1)
    }

    @Test("What has no end is back in its inbox, and no letter tells of it", arguments: ["fsync", "renameat2"])
    func incomplete(call: String) async throws {
        try await appliance.addAccount()
        let first = try await appliance.serve()
        let half = try await Videos.longHalf()
        try half.write(to: appliance.folder("inbox").appending(path: "half.mkv"))
        // The claim is over; what comes is the way back.
        try await appliance.eventuallyConverting()
        let strace = try await kill(first, at: call, of: "home/ada/inbox")
        try await eventuallyKilled(first, by: strace, at: call)
        let second = try await appliance.serve()
        try await eventually("it waits for its end") { appliance.statusText().contains("half.mkv: A part of it") }
        #expect(appliance.names("inbox") == ["half.mkv"])
        #expect(try Data(contentsOf: appliance.folder("inbox").appending(path: "half.mkv")) == half)
        try await expectEmptySpool()
        #expect(try await appliance.jobs().map(\.state) == ["waiting"])
        try await second.stop()
        #expect(try appliance.letters == [])
    }

    @Test("A cancelled job's original is kept once")
    func cancelled() async throws {
        try await appliance.addAccount()
        let first = try await appliance.serve()
        try await appliance.drop(try await Videos.long(), as: "long.mp4")
        try await appliance.eventuallyConverting()
        let strace = try await kill(first, at: "renameat2", of: "home/ada/failed")
        try await appliance.command("job", "cancel", "1")
        try await eventuallyKilled(first, by: strace, at: "renameat2")
        try await expectCancelled("long.mp4")
    }

    @Test("An MP3 whose job is cancelled while it is published is taken back")
    func withdrawn() async throws {
        try await appliance.addAccount()
        let first = try await appliance.serve()
        // The link is being made durable long enough for the job to be cancelled meanwhile.
        let strace = try await kill(
            first, at: "renameat2", of: "home/ada/outbox", ["-e", "inject=fsync:delay_enter=5s"])
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await eventually("it is linked") { appliance.names("outbox") == ["film.mp3"] }
        try await appliance.command("job", "cancel", "1")
        try await eventuallyKilled(first, by: strace, at: "renameat2")
        try await expectCancelled("film.mp4")
    }

    private func expectCancelled(_ name: String) async throws {
        let second = try await appliance.serve()
        try await eventually("the original is kept") { appliance.names("failed") == [name, name + ".txt"] }
        try await expectEmptySpool()
        #expect(appliance.names("outbox") == [])
        #expect(try await appliance.jobs().map(\.state) == ["cancelled"])
        try await second.stop()
        #expect(try appliance.letters == [])
    }
}
