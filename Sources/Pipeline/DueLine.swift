import Domain

/// The drops of one account whose time has come, the earliest first. As in ``DueQueue``, one that was put off stays in it,
/// and whoever reads asks whether an item still holds.
struct DueLine {
    private var items: [DueQueue.Item] = []
    /// Those before it are gone.
    private var head = 0

    var isEmpty: Bool { head == items.count }
    /// When the first of them became due.
    var due: ContinuousClock.Instant? { isEmpty ? nil : items[head].due }

    mutating func append(_ item: DueQueue.Item) { items.append(item) }

    /// Keeps the first item one that holds.
    mutating func dropStale(_ holds: (DueQueue.Item) -> Bool) {
        while head < items.count, !holds(items[head]) { head += 1 }
        // Moving the rest costs no more than what was dropped before.
        guard head > items.count / 2 else { return }
        items.removeFirst(head)
        head = 0
    }

    /// The first `most` drops that hold.
    func first(_ most: Int, _ holds: (DueQueue.Item) -> Bool) -> Set<DropPath> {
        var drops: Set<DropPath> = []
        for item in items[head...] where holds(item) {
            guard drops.count < most else { break }
            drops.insert(item.drop)
        }
        return drops
    }
}
