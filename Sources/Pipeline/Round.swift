/// A look that is due by the clock: at intervals, and after a longer rest where it takes long, so that it never costs more
/// than a share of the time.
struct Round {
    private let interval: Duration
    private let rest: Int
    private var began: ContinuousClock.Instant
    private(set) var due: ContinuousClock.Instant

    /// No rest is longer, whatever held up a look.
    private static let longest: Duration = .seconds(10 * 60)

    /// - Parameters:
    ///   - interval: from one look's beginning to the next one's.
    ///   - rest: how many times as long as it took is waited at least after a look.
    init(each interval: Duration, resting rest: Int, now: ContinuousClock.Instant = .now) {
        (self.interval, self.rest) = (interval, rest)
        (began, due) = (now, now + interval)
    }

    var isDue: Bool { .now >= due }

    mutating func begin(at now: ContinuousClock.Instant = .now) { (began, due) = (now, now + interval) }

    mutating func end(at now: ContinuousClock.Instant = .now) {
        due = max(due, now + min((now - began) * rest, Self.longest))
    }

    mutating func hasten(to instant: ContinuousClock.Instant) { due = min(due, instant) }
}
