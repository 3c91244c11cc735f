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

    @Test func `a server's failures close the gate for longer and longer, and its answer opens it`() {
        let gate = SendingGate(retry: RetrySchedule(serverFirst: .seconds(100), serverLongest: .seconds(1000)))
        #expect(gate.remaining() == nil)
        for seconds in [100.0, 200, 400, 800, 1000, 1000] {
            let pause = gate.serverFailed(generation: gate.generation) / .seconds(1)
            #expect(((seconds * 0.75)...(seconds * 1.25)).contains(pause))
            #expect(gate.remaining() != nil)
        }
        gate.open()
        #expect(gate.remaining() == nil)
        gate.serverAnswered()
        #expect(gate.serverFailed(generation: gate.generation) / .seconds(1) <= 125)
    }

    @Test func `tries that were under way together count as one failure`() {
        let gate = SendingGate(retry: RetrySchedule(serverFirst: .seconds(100), serverLongest: .seconds(1000)))
        let generation = gate.generation
        for _ in 0..<5 { #expect(gate.serverFailed(generation: generation) <= .seconds(125)) }
        #expect(gate.serverFailed(generation: gate.generation) >= .seconds(150))
    }
}
