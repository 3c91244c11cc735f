import Synchronization

/// How one of the service's loops, or several of a kind, show that they still turn. They are asked, and answer with their
/// next turn: an idle loop need not wake by itself, and a blocked one cannot answer.
///
/// A turn that takes long by its nature beats as it gets on. One whose work others hold to its bounds is excused meanwhile.
public final class Pulse: Sendable {
    private final class Loop: Sendable {
        let beats = Doorbell()
        let isExcused = Atomic(false)
    }

    /// For the journal.
    public let name: String
    private let loops: [Loop]
    private let wake: @Sendable () -> Void

    /// - Parameters:
    ///   - loops: how many of them have to answer.
    ///   - wake: makes each of them turn that is idle.
    public init(_ name: String, loops: Int = 1, wake: @escaping @Sendable () -> Void) {
        self.name = name
        self.loops = (0..<loops).map { _ in Loop() }
        self.wake = wake
    }

    /// The loop turns, or gets on with what it does.
    public func beat(_ loop: Int = 0) { loops[loop].beats.ring() }

    /// Answers for the loop while `body` runs, which something else must bound.
    func excused<Result>(_ loop: Int = 0, _ body: () async throws -> Result) async rethrows -> Result {
        loops[loop].isExcused.store(true, ordering: .sequentiallyConsistent)
        defer {
            loops[loop].isExcused.store(false, ordering: .sequentiallyConsistent)
            beat(loop)
        }
        beat(loop)
        return try await body()
    }

    /// Asks, and returns whether all loops answered in time.
    public func answers(within limit: Duration) async -> Bool {
        let before = loops.map(\.beats.rings)
        let end = ContinuousClock.now + limit
        wake()
        for (loop, rings) in zip(loops, before) where !loop.isExcused.load(ordering: .sequentiallyConsistent) {
            guard await loop.beats.hasRung(past: rings, within: max(end - .now, .zero)) else { return false }
        }
        return true
    }
}
