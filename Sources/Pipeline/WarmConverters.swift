/// Which idle converter may take which work. A converter belongs to one account for as long as it lives, so that one
/// that was turned against the service holds no other account's files.
struct WarmConverters<Owner: Hashable, Converter> {
    private struct Idle {
        let owner: Owner
        let converter: Converter
        let uses: Int
        let since: ContinuousClock.Instant
    }

    /// Idle converters that are kept, all accounts together.
    let capacity: Int
    /// Conversions that one converter makes before another takes its place.
    let maximumUses: Int
    /// How long an idle one is kept.
    let patience: Duration

    /// The one that was idle longest comes first.
    private var idle: [Idle] = []

    init(capacity: Int, maximumUses: Int, patience: Duration) {
        self.capacity = capacity
        self.maximumUses = maximumUses
        self.patience = patience
    }

    /// The owner's converter that was used last, and how often it was used.
    mutating func take(for owner: Owner) -> (converter: Converter, uses: Int)? {
        guard let index = idle.lastIndex(where: { $0.owner == owner }) else { return nil }
        let found = idle.remove(at: index)
        return (found.converter, found.uses)
    }

    /// Takes back one that was used `uses` times, at `now`. Returns those that are to be ended.
    mutating func put(_ converter: Converter, of owner: Owner, uses: Int, at now: ContinuousClock.Instant)
        -> [Converter]
    {
        guard uses < maximumUses else { return [converter] }
        idle.append(Idle(owner: owner, converter: converter, uses: uses, since: now))
        let excess = max(idle.count - capacity, 0)
        defer { idle.removeFirst(excess) }
        return idle.prefix(excess).map(\.converter)
    }

    /// Those whose time is over at `now`; they are to be ended.
    mutating func expire(at now: ContinuousClock.Instant) -> [Converter] {
        let count = idle.prefix { $0.since + patience <= now }.count
        defer { idle.removeFirst(count) }
        return idle.prefix(count).map(\.converter)
    }

    /// When the next one's time is over.
    var nextExpiry: ContinuousClock.Instant? { idle.first.map { $0.since + patience } }

    /// All; they are to be ended.
    mutating func removeAll() -> [Converter] {
        defer { idle.removeAll() }
        return idle.map(\.converter)
    }
}
