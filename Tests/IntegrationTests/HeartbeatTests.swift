import Domain
import Foundation
import LinuxSystem
import Logging
import Pipeline
import Storage
import TestSupport
import Testing

@testable import soundspool

/// The environment is a whole process's, so each test is one.
@Suite("The watchdog")
struct HeartbeatTests {
    /// What falls silent.
    enum Part: String, CaseIterable, Codable {
        case scanner
        case worker = "conversion queue"
        case ledger
    }

    @Test("It is fed while scanner, workers and ledger answer, and no longer", arguments: Part.allCases)
    func feeding(_ silent: Part) async {
        await #expect(processExitsWith: .success) { [silent] in
            let socket = try NotifySocket()
            // Each part has a second for its answer.
            setenv("WATCHDOG_USEC", "2000000", 1)
            setenv("WATCHDOG_PID", "\(getpid())", 1)
            let directory = try TemporaryDirectory()
            let ledger = try Ledger(state: directory.path, letters: LetterPolicy())
            let (asked, isStuck) = (Doorbell(), Doorbell())
            let pulses = [Pulse("scanner", wake: asked.ring), Pulse("conversion queue", loops: 2, wake: asked.ring)]
            let turning = Task {
                var turns = 0
                while !Task.isCancelled {
                    turns += 1
                    await asked.waitUntilRung(turns)
                    if silent != .scanner || isStuck.rings == 0 { pulses[0].beat() }
                    pulses[1].beat(0)
                    if silent != .worker || isStuck.rings == 0 { pulses[1].beat(1) }
                }
            }
            let errors = Doorbell()
            let heartbeat = Heartbeat(
                ledger: ledger, live: LiveState(), pulses: pulses, started: Doorbell(), parts: 0,
                logger: Logger(label: "test") { _ in ErrorBell(part: silent.rawValue, bell: errors) })
            let beating = Task { try await heartbeat.run() }
            func hears(_ word: String) -> Bool { (try? socket.receive())?.contains(word) ?? false }
            try await eventually("it is ready") { hears("READY=1") }
            for _ in 0..<3 { try await eventually("the watchdog is fed") { hears("WATCHDOG=1") } }
            isStuck.ring()
            // A slow machine may have been told of before; only what is said from now on counts.
            while (try? socket.receive()) != nil {}
            if silent == .ledger {
                let drop = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript('DROP TABLE job')"
                let dropped = try await Program("/usr/bin/python3").run(["-c", drop, directory.path + "/ledger.sqlite"])
                guard dropped.status == 0 else { throw NeverHappened(description: dropped.errors) }
            }
            try await eventually("the status tells") {
                let words = (try? socket.receive()) ?? ""
                return words.contains("The \(silent.rawValue) gives no sign of life")
                    && (silent != .ledger || words.contains("no such table: job"))
            }
            // From then on nothing but that.
            let told = errors.rings
            guard told > 0 else { throw NeverHappened(description: "the journal is not told") }
            var heard = 0
            while heard < 3 {
                guard let words = try? socket.receive() else {
                    try await Task.sleep(for: .milliseconds(10))
                    continue
                }
                guard !words.contains("WATCHDOG=1") else { throw NeverHappened(description: "it is fed all the same") }
                heard += 1
            }
            guard errors.rings == told else { throw NeverHappened(description: "the journal is told again") }
            turning.cancel()
            beating.cancel()
        }
    }
}

/// Rings for each error that is about a part.
private struct ErrorBell: LogHandler {
    let part: String
    let bell: Doorbell
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.error

    func log(event: LogEvent) { if event.metadata?["part"] == "\(part)" { bell.ring() } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
