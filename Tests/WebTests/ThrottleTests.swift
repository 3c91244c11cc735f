import Testing

@testable import Web

struct ThrottleTests {
    private let start = ContinuousClock.Instant.now

    @Test func letsABurstThroughAndThenOneAtATime() {
        let throttle = Throttle(burst: 3, every: .seconds(10))
        for _ in 0..<3 { #expect(throttle.take("ada", at: start) == nil) }
        #expect(throttle.take("ada", at: start) == .seconds(10))
        // What was refused costs nothing.
        #expect(throttle.take("ada", at: start + .seconds(4)) == .seconds(6))
        #expect(throttle.take("ada", at: start + .seconds(10)) == nil)
        #expect(throttle.take("ada", at: start + .seconds(10)) == .seconds(10))
        #expect(throttle.take("bob", at: start) == nil)
        // Full again, and no fuller.
        let later = start + .seconds(3600)
        for _ in 0..<3 { #expect(throttle.take("ada", at: later) == nil) }
        #expect(throttle.take("ada", at: later) != nil)
    }

    @Test func whatIsGivenBackCanBeTakenAgain() {
        let throttle = Throttle(burst: 1, every: .seconds(10))
        for _ in 0..<5 {
            #expect(throttle.take("ada", at: start) == nil)
            throttle.giveBack("ada")
        }
        #expect(throttle.take("ada", at: start) == nil)
        #expect(throttle.take("ada", at: start) != nil)
    }

    @Test func memoryIsBoundedAndThoseWhoTriedMostAreNotForgotten() {
        let throttle = Throttle(burst: 3, every: .seconds(10), mostKeys: 100)
        for _ in 0..<4 { _ = throttle.take("attacked", at: start) }
        for number in 0..<10_000 {
            _ = throttle.take("\(number)", at: start)
            #expect(throttle.keys <= 100)
        }
        #expect(throttle.take("attacked", at: start) != nil)
        let long = String(repeating: "x", count: 100_000)
        for _ in 0..<3 { _ = throttle.take(long, at: start) }
        #expect(throttle.take(long + "y", at: start) != nil)
    }

    @Test func anAccountIsNotHeldUpWhereItWasSignedInToBefore() throws {
        let throttles = Throttles()
        let (home, elsewhere) = (IPAddress("192.0.2.1"), IPAddress("198.51.100.1"))
        throttles.succeeded(try throttles.tryPassword(login: "ada", account: 1, from: home))
        let refused = (0..<1000).count { _ in
            (try? throttles.tryPassword(login: "ada", account: 1, from: elsewhere)) == nil
        }
        #expect(refused >= 980)
        throttles.succeeded(try throttles.tryPassword(login: "ada@example.org", account: 1, from: home))
    }

    /// Nobody learns from it which accounts there are.
    @Test func unknownAccountsMayBeTriedAsOften() {
        func tries(_ login: String, _ account: Int64?) -> Int {
            let throttles = Throttles()
            return (0..<100).count { _ in
                (try? throttles.tryPassword(login: login, account: account, from: nil)) != nil
            }
        }
        #expect(tries("ada", 1) == tries("nobody", nil))
    }

    /// Nor which name and which address are one account's.
    @Test func aNameAndAnAddressCountByThemselves() {
        let throttles = Throttles()
        func isRefused(_ login: String) -> Bool {
            (try? throttles.tryPassword(login: login, account: 1, from: nil)) == nil
        }
        for _ in 0..<10 { #expect(!isRefused("ada")) }
        #expect(isRefused("ADA"))
        for _ in 0..<10 { #expect(!isRefused("ada@example.org")) }
        #expect(isRefused("ada@example.org"))
    }

    @Test func aTryThatCannotBeCheckedCostsNothing() async throws {
        struct Overloaded: Error {}
        let throttles = Throttles()
        for _ in 0..<100 {
            await #expect(throws: Overloaded.self) {
                try await throttles.tryPassword(login: "ada", account: 1, from: nil) { throw Overloaded() }
            }
        }
        #expect(try await throttles.tryPassword(login: "ada", account: 1, from: nil) { true })
    }

    @Test func onePlaceCannotHaveLettersSentToEverybody() {
        let throttles = Throttles()
        let sent = (0..<1000).count { number in
            (try? throttles.letter(to: "\(number)@example.org", from: IPAddress("192.0.2.1"))) != nil
        }
        #expect((1..<100).contains(sent))
        #expect(throws: Never.self) { try throttles.letter(to: "ada@example.org", from: IPAddress("192.0.2.2")) }
    }

    @Test func onePlaceCannotTryEveryAccount() {
        let throttles = Throttles()
        let place = IPAddress("2001:db8::1")
        let taken = (0..<1000).count { number in
            // Every address of the network is the same place.
            let other = IPAddress("2001:db8::\(String(number, radix: 16))")
            return (try? throttles.tryPassword(login: "\(number)", account: nil, from: other)) != nil
        }
        #expect((1..<100).contains(taken))
        #expect(throws: Problem.self) { try throttles.tryPassword(login: "ada", account: 1, from: place) }
        #expect(throws: Never.self) {
            try throttles.tryPassword(login: "ada", account: 1, from: IPAddress("2001:db8:0:1::1"))
        }
    }
}
