import ConversionContract
import Dispatch
import Domain
import Foundation
import LinuxSystem
import Logging
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// A blocked loop is told by a limit that an idle one never needs.
struct PulseTests {
    private let world: World
    private let bell = Doorbell()

    init() throws { world = try World() }

    private func watching(_ body: (InboxWatcher) async throws -> Void) async throws {
        let started = Doorbell()
        let watcher = try InboxWatcher(
            ledger: world.ledger, spool: world.spool, wakeFile: WakeFile(state: world.state), live: world.live,
            settle: .init(renamed: .milliseconds(20), inPlace: .milliseconds(50)), jobQueued: bell, letterQueued: bell,
            accountsChanged: bell, lettersAsked: Doorbell(), started: started, logger: world.logger)
        try await keepRunning({ try await watcher.run() }) {
            await started.waitUntilRung(1)
            try await body(watcher)
        }
    }

    private func running(_ script: String, workers: Int, _ body: (JobRunner) async throws -> Void) async throws {
        let converters = ConverterPool(
            program: ConverterProgram(executable: try Script(script, in: world.root).path), orders: ConversionRequest(),
            capacity: workers)
        let runner = JobRunner(
            ledger: world.ledger, spool: world.spool, converters: converters, live: world.live, workers: workers,
            jobQueued: bell, letterQueued: Doorbell(), accountsChanged: Doorbell(), logger: world.logger)
        try await keepRunning({ try await runner.run() }) { try await body(runner) }
    }

    @Test func `an idle scanner answers whenever it is asked`() async throws {
        _ = try await world.account()
        try await watching { watcher in
            for _ in 0..<3 { #expect(await watcher.pulse.answers(within: .seconds(60))) }
        }
    }

    @Test func `a scanner that is stuck does not answer, and does again when it goes on`() async throws {
        _ = try await world.account()
        let goOn = DispatchSemaphore(value: 0)
        let stuck = Doorbell()
        try await watching { watcher in
            let blocking = Task { await watcher.block(stuck, until: goOn) }
            // It lets others in only where it awaits the ledger, as when it is told to look at everything.
            try WakeFile(state: world.state).touch()
            await stuck.waitUntilRung(1)
            let answered = await watcher.pulse.answers(within: .milliseconds(200))
            goOn.signal()
            await blocking.value
            #expect(!answered)
            #expect(await watcher.pulse.answers(within: .seconds(60)))
        }
    }

    @Test func `idle workers answer whenever they are asked`() async throws {
        try await running("cat", workers: 3) { runner in
            for _ in 0..<3 { #expect(await runner.pulse.answers(within: .seconds(60))) }
        }
    }

    @Test func `a worker that converts is excused, however long it takes`() async throws {
        let ada = try await world.account()
        let job = try await world.queuedJob(of: ada)
        try await running("cat; read forever </dev/zero; " + Script.report(), workers: 1) { runner in
            bell.ring()
            try await eventually("it converts") { try await world.ledger.jobs.job(job.id)?.state == .converting }
            for _ in 0..<3 { #expect(await runner.pulse.answers(within: .seconds(60))) }
        }
    }

    @Test func `of several loops all have to answer, and who is excused later counts`() async throws {
        let asked = Doorbell()
        let pulse = Pulse("loops", loops: 2, wake: asked.ring)
        pulse.beat(0)
        pulse.beat(1)
        // What was before the question is no answer.
        #expect(!(await pulse.answers(within: .milliseconds(20))))
        #expect(asked.rings == 1)
        let answers = Task { await pulse.answers(within: .seconds(60)) }
        await asked.waitUntilRung(2)
        pulse.beat(0)
        let answered = await pulse.excused(1) { await answers.value }
        #expect(answered)
        #expect(!(await pulse.answers(within: .milliseconds(20))))
    }
}

extension InboxWatcher {
    /// Blocks the scanner's own thread, as a system call would that does not return.
    fileprivate func block(_ stuck: Doorbell, until goOn: DispatchSemaphore) {
        stuck.ring()
        goOn.wait()
    }
}
