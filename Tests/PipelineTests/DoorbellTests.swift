import Pipeline
import TestSupport
import Testing

struct DoorbellTests {
    private let bell = Doorbell()

    @Test func `a ring before the wait is not lost`() async {
        let rings = bell.rings
        bell.ring()
        await bell.wait(past: rings, atMost: nil)
        #expect(bell.rings == rings + 1)
    }

    @Test func `a ring ends a wait`() async {
        let rings = bell.rings
        async let waiting: Void = bell.wait(past: rings, atMost: nil)
        await Task.yield()
        bell.ring()
        await waiting
    }

    @Test func `a ring wakes everybody who waits`() async {
        let rings = bell.rings
        await withTaskGroup { group in
            for _ in 0..<100 { group.addTask { [bell] in await bell.wait(past: rings, atMost: nil) } }
            await Task.yield()
            bell.ring()
        }
    }

    @Test func `a wait ends with its time or its task`() async {
        await bell.wait(past: bell.rings, atMost: .milliseconds(1))
        await bell.wait(past: bell.rings, atMost: .zero)
        await bell.wait(past: bell.rings, atMost: .seconds(-1))
        let waiting = Task { [bell] in await bell.wait(past: bell.rings, atMost: nil) }
        let counting = Task { [bell] in await bell.waitUntilRung(1000) }
        await Task.yield()
        waiting.cancel()
        counting.cancel()
        await waiting.value
        await counting.value
        #expect(bell.rings == 0)
    }

    @Test func `a task that was cancelled before does not wait`() async {
        let waiting = Task { [bell] in
            while !Task.isCancelled { await Task.yield() }
            await bell.wait(past: bell.rings, atMost: nil)
        }
        waiting.cancel()
        await waiting.value
    }

    @Test func `waits for so many rings`() async {
        let waiting = Task { [bell] in
            await bell.waitUntilRung(3)
            return bell.rings
        }
        for _ in 0..<3 {
            await Task.yield()
            bell.ring()
        }
        #expect(await waiting.value == 3)
        await bell.waitUntilRung(2)
    }

    /// Whoever is woken looks for work, and what is put down after that look has a ring of its own.
    @Test func `no work is left lying`() async throws {
        let (bell, done) = (bell, Counter())
        let work = Counter()
        let workers = (0..<4).map { _ in
            Task {
                while !Task.isCancelled {
                    let rings = bell.rings
                    while work.takeOne() { done.increment() }
                    await bell.wait(past: rings, atMost: nil)
                }
            }
        }
        for number in 0..<5000 {
            work.increment()
            bell.ring()
            if number.isMultiple(of: 7) { await Task.yield() }
        }
        try await eventually("all work is done") { done.value == 5000 }
        for worker in workers { worker.cancel() }
        for worker in workers { await worker.value }
    }

    /// Waits and cancellations cross in every order; a continuation that was resumed twice or never would show.
    @Test func `rings and cancellations may come together`() async {
        for _ in 0..<500 {
            let waiters = (0..<4).map { _ in Task { [bell] in await bell.wait(past: bell.rings, atMost: nil) } }
            waiters[0].cancel()
            async let ringing: Void = bell.ring()
            waiters[1].cancel()
            await ringing
            for waiter in waiters { waiter.cancel() }
            for waiter in waiters { await waiter.value }
        }
    }
}
