import Synchronization

/// Where accounts were signed in to lately. Bounded: the oldest half is forgotten.
final class FamiliarPlaces: Sendable {
    private static let most = 10_000

    private struct State {
        var places: [String: Int] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    func contains(_ pair: String) -> Bool { state.withLock { $0.places[pair] != nil } }

    func insert(_ pair: String) {
        state.withLock { state in
            state.next += 1
            state.places[pair] = state.next
            guard state.places.count > Self.most else { return }
            let oldest = state.next - Self.most / 2
            state.places = state.places.filter { $0.value > oldest }
        }
    }
}
