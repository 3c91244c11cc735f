import Foundation
import TestSupport
import Testing

/// SIGKILL just before each system call that takes a drop from one state to the next.
@Suite("Killed at a transition", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct TransitionKillTests {
    struct Moment: Sendable, CustomTestStringConvertible {
        let name: String
        let call: String
        /// The file or directory that the call is about, below the test's own directory.
        let path: String
        /// The call of this number that a thread makes.
        var number = 1
        var testDescription: String { number > 1 ? "\(name) \(number)" : name }
    }

    static let moments =
        [
            Moment(name: "claim: the rename", call: "renameat2", path: "root/home/ada/inbox"),
            Moment(name: "claim: made durable", call: "fsync", path: "root/.spool"),
            Moment(name: "converting: an earlier MP3 is removed", call: "unlinkat", path: "root/.spool"),
            Moment(name: "publish: the MP3 is flushed", call: "fsync", path: "root/.spool/1.mp3"),
            Moment(name: "publish: the link", call: "linkat", path: "root/home/ada/outbox"),
            Moment(name: "publish: the link is made durable", call: "fsync", path: "root/home/ada/outbox"),
            Moment(name: "archive: the rename", call: "renameat2", path: "root/home/ada/done"),
            Moment(name: "archive: made durable", call: "fsync", path: "root/home/ada/done"),
            Moment(name: "letter: made durable", call: "fsync", path: "mail"),
            Moment(name: "letter: its name", call: "renameat2", path: "mail"),
        ] + (1...8).map { Moment(name: "transaction", call: "fdatasync", path: "state/ledger.sqlite-wal", number: $0) }

    @Test("SIGKILL, then a restart: exactly one MP3 and one letter", arguments: moments)
    func killed(at moment: Moment) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let first = try await appliance.serve()
        let strace = try RunningProgram(
            URL(filePath: "/usr/bin/strace"),
            [
                "-f", "-p", String(first.program.pid), "-P", appliance.directory.path + "/" + moment.path,
                "-e", "trace=\(moment.call)", "-e", "inject=\(moment.call):signal=KILL:when=\(moment.number)",
            ],
            log: appliance.directory.url.appending(path: "strace.log"))
        try await eventually("strace holds the service") { strace.printed.contains("attached") }
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        // A thread may not come to its eighth transaction.
        try await eventually("it is killed, or done") {
            try !first.program.isRunning || moment.number > 1 && appliance.letters.count == 1
        }
        if moment.number == 1 {
            try await eventually("strace tells of it") { strace.printed.contains("+++ killed by SIGKILL +++") }
            #expect(strace.printed.contains(moment.call + "("))
        }
        if first.program.isRunning { try await first.program.end(SIGKILL) }
        try await strace.end(SIGKILL)

        let second = try await appliance.serve()
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is kept") { appliance.names("done") == ["film.mp4"] }
        #expect(appliance.names("outbox") == ["film.mp3"])
        #expect(abs(try await Videos.duration(appliance.folder("outbox").appending(path: "film.mp3")) - 5) < 0.1)
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        let spool = appliance.root.appending(path: ".spool").path
        try await eventually("the spool is empty") {
            try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty
        }
        try await second.stop()
        #expect(try appliance.letters.count == 1)
    }
}
