import Synchronization

/// Wakes services that wait for work. A ring is never lost: whoever looked before it rang comes back at once.
public final class Doorbell: Sendable {
    private struct State {
        var rings = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// How often it rang. Read this before looking for work, and wait for more than this if there was none.
    public var rings: Int { state.withLock { $0.rings } }

    public func ring() {
        let waiting = state.withLock { state in
            state.rings += 1
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns when it has rung more than `rings` times, the time is over, or the task is cancelled.
    public func wait(past rings: Int, atMost timeout: Duration?) async {
        await withTaskGroup { group in
            group.addTask { await self.wait(past: rings) }
            if let timeout {
                // Ended early only by cancellation, which is what it is for.
                group.addTask { try? await Task.sleep(for: timeout) }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// As `wait`; returns whether it rang.
    func hasRung(past rings: Int, within timeout: Duration) async -> Bool {
        await wait(past: rings, atMost: timeout)
        return self.rings > rings
    }

    /// Returns when it has rung `count` times in all, or the task is cancelled.
    public func waitUntilRung(_ count: Int) async {
        while !Task.isCancelled {
            let rings = rings
            guard rings < count else { return }
            await wait(past: rings, atMost: nil)
        }
    }

    private func wait(past rings: Int) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    guard state.rings == rings, !Task.isCancelled else { return true }
                    state.waiting[waiter] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
        }
    }
}
