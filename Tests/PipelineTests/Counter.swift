import Synchronization

/// Counts on several threads.
final class Counter: Sendable {
    private let state = Mutex(0)

    var value: Int { state.withLock { $0 } }

    func increment() { state.withLock { $0 += 1 } }

    /// Takes one away, where there is one.
    func takeOne() -> Bool {
        state.withLock { count in
            guard count > 0 else { return false }
            count -= 1
            return true
        }
    }
}
