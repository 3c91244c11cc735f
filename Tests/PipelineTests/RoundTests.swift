import Testing

@testable import Pipeline

struct RoundTests {
    private let start = ContinuousClock.now
    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `what is quick comes at its interval`() {
        var round = Round(each: .seconds(60), resting: 50, now: start)
        #expect(round.due == after(60))
        round.begin(at: after(60))
        round.end(at: after(60.25))
        #expect(round.due == after(120))
    }

    @Test func `what takes long rests many times as long, but not for ever`() {
        var round = Round(each: .seconds(60), resting: 50, now: start)
        round.begin(at: after(60))
        round.end(at: after(62))
        #expect(round.due == after(162))
        round.begin(at: after(162))
        round.end(at: after(262))
        #expect(round.due == after(862))
    }

    @Test func `it comes sooner when something failed, and never later for that`() {
        var round = Round(each: .seconds(60), resting: 50, now: start)
        round.hasten(to: after(5))
        round.hasten(to: after(9))
        #expect(round.due == after(5))
    }
}
