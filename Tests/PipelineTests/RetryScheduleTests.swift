import Foundation
import Testing

@testable import Pipeline

struct RetryScheduleTests {
    private let retry = RetrySchedule()

    @Test(arguments: [(0, 60.0), (1, 120), (2, 240), (7, 7680), (8, 14400), (20, 14400), (5000, 14400)])
    func `pauses double, a quarter more or less, up to four hours`(attempts: Int, seconds: Double) {
        let pauses = (0..<200).map { _ in retry.pause(after: attempts) / .seconds(1) }
        #expect(pauses.allSatisfy { ((seconds * 0.75)...(seconds * 1.25)).contains($0) })
        #expect(Set(pauses).count > 100)
    }

    @Test(arguments: [(4.9, true), (5.1, false)]) func `patience ends after five days`(days: Double, isPatient: Bool) {
        #expect(retry.isPatient(since: .now - days * 86400) == isPatient)
    }

    private let gate = SendingGate(retry: RetrySchedule(serverFirst: .seconds(100), serverLongest: .seconds(1000)))

    private func pause(_ sender: Int = 0) -> Double { (gate.remaining(for: sender) ?? .zero) / .seconds(1) }

    /// A pause as it was just begun.
    private func isPause(_ pause: Double, of seconds: Double) -> Bool {
        ((seconds * 0.75 - 5)...(seconds * 1.25)).contains(pause)
    }

    @Test func `a server's failures close the gate for longer and longer, and its answer opens it`() {
        #expect(gate.remaining(for: 0) == nil)
        for seconds in [100.0, 200, 400, 800, 1000, 1000] {
            gate.serverFailed(0, generation: gate.generation)
            #expect(isPause(pause(), of: seconds))
            #expect(pause(1) > 0)
        }
        gate.open()
        #expect(gate.remaining(for: 0) == nil)
        gate.serverAnswered(0)
        gate.serverFailed(0, generation: gate.generation)
        #expect(isPause(pause(), of: 100))
    }

    @Test func `tries that were under way together count as one failure`() {
        let generation = gate.generation
        for sender in 0..<5 { gate.serverFailed(sender, generation: generation) }
        #expect(isPause(pause(), of: 100))
        gate.serverFailed(0, generation: gate.generation)
        #expect(isPause(pause(), of: 200))
    }

    @Test func `a sender that fails while another succeeds is held alone, for longer and longer`() {
        gate.serverAnswered(0)
        for seconds in [100.0, 200, 400] {
            let generation = gate.generation
            gate.serverAnswered(0)
            gate.serverFailed(1, generation: generation)
            #expect(gate.remaining(for: 0) == nil)
            #expect(isPause(pause(1), of: seconds))
            // The other's success is not its own.
            gate.serverAnswered(0)
            #expect(isPause(pause(1), of: seconds))
        }
        gate.open()
        #expect(gate.remaining(for: 1) == nil)
        gate.serverAnswered(1)
        gate.serverFailed(1, generation: gate.generation)
        #expect(isPause(pause(1), of: 100))
    }

    @Test func `the gate closes once none is well any more`() {
        for sender in 0..<2 { gate.serverAnswered(sender) }
        gate.serverFailed(1, generation: gate.generation)
        #expect(gate.remaining(for: 0) == nil)
        gate.serverFailed(0, generation: gate.generation)
        #expect(isPause(pause(0), of: 100))
        #expect(isPause(pause(2), of: 100))
    }
}
