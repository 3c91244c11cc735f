import Synchronization

/// Closes a channel for a while when its server takes no letter, whatever letter it is: then one try tells for all, and a
/// queue of thousands is not tried one by one.
final class SendingGate: Sendable {
    private struct State {
        var failures = 0
        /// Counts what was learned of the server, so that several tries that were under way together count as one.
        var generation = 0
        var opens: ContinuousClock.Instant?
    }

    private let retry: RetrySchedule
    private let state = Mutex(State())

    init(retry: RetrySchedule) { self.retry = retry }

    /// Read this before a try, and give it with its failure.
    var generation: Int { state.withLock { $0.generation } }

    /// How long it is still closed; nil where it is open.
    func remaining(at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { state in
            guard let opens = state.opens, opens > now else { return nil }
            return opens - now
        }
    }

    /// The server took a letter, or refused one for what it is.
    func serverAnswered() {
        state.withLock { state in
            state.failures = 0
            state.opens = nil
            state.generation += 1
        }
    }

    /// The server takes no letter. Returns how long it is left alone.
    @discardableResult func serverFailed(generation: Int, at now: ContinuousClock.Instant = .now) -> Duration {
        state.withLock { state in
            if let opens = state.opens, state.generation != generation { return max(.zero, opens - now) }
            let pause = retry.serverPause(after: state.failures)
            state.failures += 1
            state.generation += 1
            state.opens = now + pause
            return pause
        }
    }

    /// Somebody says that the server may be well again.
    func open() { state.withLock { $0.opens = nil } }
}
