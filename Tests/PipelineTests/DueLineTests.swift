import Domain
import Testing

@testable import Pipeline

struct DueLineTests {
    private let start = ContinuousClock.now
    private var line = DueLine()

    private func drop(_ number: Int) throws -> DropPath { try #require(DropPath("\(number)")) }

    init() throws {
        for number in 0..<100 {
            line.append(DueQueue.Item(due: start + .seconds(number), account: 1, drop: try drop(number)))
        }
    }

    @Test func `gives the first that hold, and keeps them`() throws {
        let odd = Set(try stride(from: 1, to: 100, by: 2).map(drop))
        #expect(line.first(3, { odd.contains($0.drop) }) == Set(try [1, 3, 5].map(drop)))
        #expect(line.first(.max, { odd.contains($0.drop) }) == odd)
        #expect(line.first(0, { _ in true }).isEmpty)
    }

    @Test func `what does not hold any more leaves from the front`() throws {
        var line = line
        var gone: Set<DropPath> = []
        for number in 0..<100 {
            #expect(!line.isEmpty)
            #expect(line.due == start + .seconds(number))
            gone.insert(try drop(number))
            line.dropStale { !gone.contains($0.drop) }
        }
        #expect(line.isEmpty)
        #expect(line.due == nil)
    }
}
