import Synchronization

/// Closes a channel for a while when its server takes no letter, whatever letter it is: then one try tells for all, and a
/// queue of thousands is not tried one by one. Where another sender gets its letters through, only the one that failed is
/// held: the server may allow fewer connections than are configured.
final class SendingGate: Sendable {
    /// A sender's number, from 0.
    typealias Sender = Int

    private struct Standing {
        /// Whether its last try told that the server is well.
        var isWell = false
        /// Of its own, in a row.
        var failures = 0
        var opens: ContinuousClock.Instant?
    }

    private struct State {
        var failures = 0
        /// Counts what was learned of the server, so that several tries that were under way together count as one.
        var generation = 0
        var opens: ContinuousClock.Instant?
        var standings: [Sender: Standing] = [:]
    }

    private let retry: RetrySchedule
    private let state = Mutex(State())

    init(retry: RetrySchedule) { self.retry = retry }

    /// Read this before a try, and give it with its failure.
    var generation: Int { state.withLock { $0.generation } }

    /// How long it is still closed for a sender; nil where it is open.
    func remaining(for sender: Sender, at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { state in
            let closed = [state.opens, state.standings[sender]?.opens].compactMap { $0 }.filter { $0 > now }
            return closed.max().map { $0 - now }
        }
    }

    /// The server took a letter, or refused one for what it is.
    func serverAnswered(_ sender: Sender) {
        state.withLock { state in
            state.failures = 0
            state.opens = nil
            state.generation += 1
            state.standings[sender] = Standing(isWell: true)
        }
    }

    /// The server takes no letter from this sender: if from no other either, it is closed for all.
    func serverFailed(_ sender: Sender, generation: Int, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            var standing = state.standings[sender, default: Standing()]
            standing.isWell = false
            defer { state.standings[sender] = standing }
            if state.standings.contains(where: { $0.key != sender && $0.value.isWell }) {
                standing.opens = now + retry.serverPause(after: standing.failures)
                standing.failures += 1
                return
            }
            if state.opens != nil, state.generation != generation { return }
            state.opens = now + retry.serverPause(after: state.failures)
            state.failures += 1
            state.generation += 1
        }
    }

    /// Somebody says that the server may be well again.
    func open() {
        state.withLock { state in
            state.opens = nil
            for sender in state.standings.keys { state.standings[sender]?.opens = nil }
        }
    }
}
