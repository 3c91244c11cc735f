import Synchronization

/// Counts on several threads.
final class Counter: Sendable {
    private let state = Atomic(0)

    var value: Int { state.load(ordering: .acquiring) }

    func increment() { state.add(1, ordering: .acquiringAndReleasing) }
}
