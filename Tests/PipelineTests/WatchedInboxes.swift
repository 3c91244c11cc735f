import Domain
import LinuxSystem
import Pipeline
import Storage
import TestSupport
import Testing

/// An `InboxWatcher` over directories of a test's own, with the bells that it rings.
struct WatchedInboxes {
    let world: World
    let queued = Doorbell()
    let ended = Doorbell()
    let accountsChanged = Doorbell()
    let lettersAsked = Doorbell()

    init() throws { world = try World() }

    /// Runs the service while `body` runs, from its first scan on.
    func watching(
        settle: Arrival.SettleTimes = .init(renamed: .milliseconds(20), inPlace: .milliseconds(50)),
        _ body: (InboxWatcher) async throws -> Void
    ) async throws {
        let started = Doorbell()
        let watcher = try InboxWatcher(
            ledger: world.ledger, spool: world.spool, wakeFile: WakeFile(state: world.state), live: world.live,
            settle: settle, jobQueued: queued, letterQueued: ended, accountsChanged: accountsChanged,
            lettersAsked: lettersAsked, started: started,
            logger: world.logger)
        let task = Task {
            defer { started.ring() }
            try await watcher.run()
        }
        await started.waitUntilRung(1)
        do {
            try await body(watcher)
        } catch {
            task.cancel()
            _ = await task.result
            throw error
        }
        task.cancel()
        // A stop may interrupt it anywhere; any other end is a fault.
        do { try await task.value } catch is CancellationError {}
    }

    func claimed() async throws -> [String] {
        try await world.ledger.jobs.jobs(in: .queued, limit: 10_000).map(\.drop.display).sorted()
    }

    func eventuallyClaimed(_ drops: String...) async throws {
        try await eventually("\(drops) are claimed") { try await claimed() == drops.sorted() }
    }

    func waiting(_ account: Account) -> [String: String] {
        Dictionary(uniqueKeysWithValues: world.live.waiting(of: account.id).map { ($0.drop.display, $0.reason.word) })
    }
}
