import Domain
import Synchronization

/// The jobs that are being converted, each with the means to stop it.
final class RunningJobs: Sendable {
    private let tasks = Mutex<[Job.ID: Task<Void, any Error>]>([:])

    var ids: [Job.ID] { tasks.withLock { Array($0.keys) } }

    func cancel(_ id: Job.ID) { tasks.withLock { $0[id] }?.cancel() }

    /// Runs `body` so that `cancel(_:)` reaches it.
    func run(_ id: Job.ID, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await body() }
        tasks.withLock { $0[id] = task }
        defer { tasks.withLock { $0[id] = nil } }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
