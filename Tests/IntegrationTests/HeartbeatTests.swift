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
    @Test("It is fed while every part answers, and no longer")
    func feeding() async {
        await #expect(processExitsWith: .success) {
            let socket = try NotifySocket()
            setenv("WATCHDOG_USEC", "100000", 1)
            setenv("WATCHDOG_PID", "\(getpid())", 1)
            let directory = try TemporaryDirectory()
            let ledger = try Ledger(state: directory.path, letters: LetterPolicy())
            let (scanner, isStuck) = (Doorbell(), Doorbell())
            let pulse = Pulse("scanner") { if isStuck.rings == 0 { scanner.ring() } }
            let loop = Task {
                var turns = 0
                while !Task.isCancelled {
                    turns += 1
                    await scanner.waitUntilRung(turns)
                    pulse.beat()
                }
            }
            let heartbeat = Heartbeat(
                ledger: ledger, live: LiveState(), pulses: [pulse], started: Doorbell(), parts: 0,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let beating = Task { try await heartbeat.run() }
            func hears(_ word: String) -> Bool { (try? socket.receive())?.contains(word) ?? false }
            try await eventually("it is ready") { hears("READY=1") }
            for _ in 0..<3 { try await eventually("the watchdog is fed") { hears("WATCHDOG=1") } }
            isStuck.ring()
            try await eventually("the status tells") { hears("The scanner gives no sign of life") }
            // From then on nothing but that.
            var heard = 0
            while heard < 3 {
                guard let words = try? socket.receive() else {
                    try await Task.sleep(for: .milliseconds(10))
                    continue
                }
                guard !words.contains("WATCHDOG=1") else { throw NeverHappened(description: "it is fed all the same") }
                heard += 1
            }
            loop.cancel()
            beating.cancel()
        }
    }
}
