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
    private let ledger: Ledger
    /// News from when this was made.
    private let first: AsyncStream<LiveState.Event>
    private let state = Mutex(State())
    private let bell = Doorbell()

    init(live: LiveState, ledger: Ledger) {
        self.live = live
        self.ledger = ledger
        first = live.events()
    }

    func listen() async {
        var events = first
        while !Task.isCancelled {
            for await event in events { note(event) }
            // A stream that ends early has dropped news of anybody. The next one begins before the ledger is asked.
            events = live.events()
            await noteEverybody()
        }
    }

    /// Notes every account, and who owns what is converted, which may be among the news that was dropped.
    private func noteEverybody() async {
        while !Task.isCancelled {
            do {
                let accounts = try await ledger.accounts.all()
                let converting = try await ledger.jobs.jobs(in: .converting, limit: .max)
                state.withLock { state in
                    state.accounts.formUnion(accounts.map(\.id))
                    state.owners = Dictionary(converting.map { ($0.id, $0.account) }, uniquingKeysWith: { $1 })
                }
                return bell.ring()
            } catch {
                // Who is to be told cannot be known yet. Ended early only by a stop.
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Puts an account back whose news could not be told, or that has some without an event.
    func note(_ accounts: some Sequence<Account.ID>) {
        state.withLock { $0.accounts.formUnion(accounts) }
        bell.ring()
    }

    /// Returns once there is news that was not taken, or when the time is over.
    func arrived(atMost timeout: Duration? = nil) async {
        let rings = bell.rings
        guard !hasNews else { return }
        await bell.wait(past: rings, atMost: timeout)
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
