import Domain
import Testing

@testable import Pipeline

struct DueQueueTests {
    private let start = ContinuousClock.now

    private func item(_ seconds: Int) throws -> DueQueue.Item {
        DueQueue.Item(due: start + .seconds(seconds), account: 1, drop: try #require(DropPath("\(seconds)")))
    }

    @Test func `gives the earliest first, however they came`() throws {
        var queue = DueQueue()
        #expect(queue.first == nil)
        for seconds in (0..<200).shuffled() { try queue.insert(item(seconds)) }
        for seconds in 0..<200 {
            #expect(queue.first?.drop.display == "\(seconds)")
            queue.removeFirst()
        }
        #expect(queue.first == nil)
        queue.removeFirst()
    }

    @Test(arguments: [-1, 0, 57, 199, 500])
    func `gives all that are due, and no other`(now: Int) throws {
        var queue = DueQueue()
        for seconds in (0..<200).shuffled() { try queue.insert(item(seconds)) }
        var found: [String] = []
        while let item = queue.takeFirst(until: start + .seconds(now)) { found.append(item.drop.display) }
        #expect(found == (0..<200).filter { $0 <= now }.map(String.init))
    }
}
