import HTTPTypes
import Synchronization

/// One hand at a time on each upload.
final class UploadLocks: Sendable {
    private struct Holder {
        let cancel: @Sendable () -> Void
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private struct State {
        var held: [String: Int] = [:]
        var holders: [Int: Holder] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// Runs `body` with the uploads locked, in a task of its own that `interrupt` cancels.
    /// - Throws: 423 where somebody else has one of them, 409 where it was interrupted.
    func hold<Result: Sendable>(
        _ ids: [String], _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            // Not before the lock is had.
            for await _ in gate { break }
            try Task.checkCancellation()
            return try await body()
        }
        let holder: Int? = state.withLock { state in
            guard ids.allSatisfy({ state.held[$0] == nil }) else { return nil }
            state.next += 1
            for id in ids { state.held[id] = state.next }
            state.holders[state.next] = Holder(cancel: { task.cancel() })
            return state.next
        }
        guard let holder else {
            // It never passes the gate.
            task.cancel()
            open.finish()
            throw Problem(
                status: Tus.locked, detail: "Another request is sending to this upload. Try again in a moment.")
        }
        defer { release(holder, ids) }
        open.yield()
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch  where task.isCancelled && !Task.isCancelled {
            throw Problem(
                status: .conflict,
                detail: "Another request asked for this upload, so this one ended. HEAD says how far it has come.")
        }
    }

    private func release(_ holder: Int, _ ids: [String]) {
        let waiters = state.withLock { state in
            for id in ids { state.held[id] = nil }
            return state.holders.removeValue(forKey: holder)?.waiters ?? []
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Ends a request that is sending to the upload, and waits until what it brought is safe: whoever asks how far an
    /// upload has come is about to go on, so the line that the earlier request came over is dead.
    func interrupt(_ id: String) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let cancel: (@Sendable () -> Void)? = state.withLock { state in
                guard let holder = state.held[id] else { return nil }
                state.holders[holder]?.waiters.append(continuation)
                return state.holders[holder]?.cancel
            }
            if let cancel { cancel() } else { continuation.resume() }
        }
    }
}
