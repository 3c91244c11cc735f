import Testing

@testable import Pipeline

struct WarmConvertersTests {
    private var warm = WarmConverters<String, Int>(capacity: 2, maximumUses: 3, patience: .seconds(30))
    private let start = ContinuousClock.now

    @Test mutating func `an owner gets its own, the one used last, and nobody else's`() {
        #expect(warm.put(1, of: "ada", uses: 1, at: start).isEmpty)
        #expect(warm.put(2, of: "ada", uses: 2, at: start).isEmpty)
        #expect(warm.take(for: "bob") == nil)
        #expect(warm.take(for: "ada")?.converter == 2)
        #expect(warm.take(for: "ada")?.uses == 1)
        #expect(warm.take(for: "ada") == nil)
    }

    @Test mutating func `one that was used often enough is not kept`() {
        #expect(warm.put(1, of: "ada", uses: 2, at: start).isEmpty)
        _ = warm.take(for: "ada")
        #expect(warm.put(1, of: "ada", uses: 3, at: start) == [1])
        #expect(warm.take(for: "ada") == nil)
    }

    @Test mutating func `of too many the one that was idle longest goes`() {
        _ = warm.put(1, of: "ada", uses: 1, at: start)
        _ = warm.put(2, of: "bob", uses: 1, at: start)
        #expect(warm.put(3, of: "eve", uses: 1, at: start) == [1])
        #expect(warm.removeAll() == [2, 3])
        #expect(warm.nextExpiry == nil)
    }

    @Test mutating func `nobody waits for work for ever`() {
        _ = warm.put(1, of: "ada", uses: 1, at: start)
        _ = warm.put(2, of: "bob", uses: 1, at: start + .seconds(10))
        #expect(warm.nextExpiry == start + .seconds(30))
        #expect(warm.expire(at: start + .seconds(29)).isEmpty)
        #expect(warm.expire(at: start + .seconds(30)) == [1])
        #expect(warm.nextExpiry == start + .seconds(40))
    }

    @Test mutating func `none is kept where there is no room`() {
        var none = WarmConverters<String, Int>(capacity: 0, maximumUses: 3, patience: .seconds(30))
        #expect(none.put(1, of: "ada", uses: 1, at: start) == [1])
    }
}
