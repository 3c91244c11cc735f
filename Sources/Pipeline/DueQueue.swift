import Domain

/// When to look at which drop again: a binary heap, the earliest first. A drop that was put off stays in it under its
/// old time too; whoever reads asks whether an entry still holds.
struct DueQueue {
    struct Item {
        let due: ContinuousClock.Instant
        let account: Account.ID
        let drop: DropPath
    }

    private var heap: [Item] = []

    var first: Item? { heap.first }

    mutating func insert(_ item: Item) {
        heap.append(item)
        var child = heap.count - 1
        while child > 0, case let parent = (child - 1) / 2, heap[child].due < heap[parent].due {
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while case let left = 2 * parent + 1, left < heap.count {
            let right = left + 1
            let child = right < heap.count && heap[right].due < heap[left].due ? right : left
            guard heap[child].due < heap[parent].due else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }

    /// Takes the first item out, where it is due.
    mutating func takeFirst(until now: ContinuousClock.Instant) -> Item? {
        guard let first, first.due <= now else { return nil }
        removeFirst()
        return first
    }
}
