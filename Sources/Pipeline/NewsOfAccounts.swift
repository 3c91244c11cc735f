import ConversionContract
import Domain
import Storage
import Synchronization

/// Collects which accounts there is news of, for somebody who looks only now and then.
final class NewsOfAccounts: Sendable {
    private struct State {
        var accounts: Set<Account.ID> = []
        var owners: [Job.ID: Account.ID] = [:]
    }

    private let live: LiveState
    private let state = Mutex(State())
    private let bell = Doorbell()

    init(live: LiveState) { self.live = live }

    func listen() async {
        while !Task.isCancelled {
            for await event in live.events() { note(event) }
            // A stream that ends early has dropped news of anybody.
            noteEverybody()
        }
    }

    private func noteEverybody() {
        state.withLock { state in
            for account in state.owners.values { state.accounts.insert(account) }
        }
        bell.ring()
    }

    /// Returns once there is news that was not taken.
    func arrived() async {
        while !Task.isCancelled {
            let rings = bell.rings
            if hasNews { return }
            await bell.wait(past: rings, atMost: nil)
        }
    }

    private var hasNews: Bool { state.withLock { !$0.accounts.isEmpty } }

    func take() -> Set<Account.ID> {
        state.withLock { state in
            let accounts = state.accounts
            state.accounts = []
            return accounts
        }
    }

    private func note(_ event: LiveState.Event) {
        state.withLock { state in
            switch event {
            case .waiting(let account, _): state.accounts.insert(account)
            case .job(let job):
                state.owners[job.id] = job.state.isFinal ? nil : job.account
                state.accounts.insert(job.account)
            case .returned(let job):
                state.owners[job.id] = nil
                state.accounts.insert(job.account)
            case .progress(let job, _): if let account = state.owners[job] { state.accounts.insert(account) }
            case .letter, .sessionsEnded: break
            }
        }
        bell.ring()
    }
}
