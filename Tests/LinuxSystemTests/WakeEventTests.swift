import Foundation
import LinuxSystem
import TestSupport
import Testing

struct WakeEventTests {
    private let event: WakeEvent

    init() throws { event = try WakeEvent() }

    @Test func `a signal ends a wait, from whatever thread`() async throws {
        let event = event
        async let waiting: Void = Self.wait(event, atMost: .seconds(3600))
        event.signal()
        try await waiting
    }

    @Test func `signals that came before count, once`() async throws {
        event.signal()
        event.signal()
        try await Self.wait(event, atMost: .seconds(3600))
        let started = ContinuousClock.now
        try await Self.wait(event, atMost: .milliseconds(20))
        #expect(ContinuousClock.now - started >= .milliseconds(20))
    }

    @Test func `something to read ends a wait`() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let reading = Descriptor(owning: ends[0])
        let writing = Descriptor(owning: ends[1])
        try writing.writeAll("x".utf8)
        try await Self.wait(event, orReadable: reading.raw, atMost: .seconds(3600))
        _ = consume reading
    }

    /// A wait that ended early would make its caller look again and again until the time has come.
    @Test func `waits out its time`() async throws {
        for time in [Duration.microseconds(1), .milliseconds(1), .milliseconds(30), .nanoseconds(1_500_001)] {
            let started = ContinuousClock.now
            try await Self.wait(event, atMost: time)
            #expect(ContinuousClock.now - started >= time)
        }
    }

    /// A time less than a second in the past must not become a negative number of milliseconds, which poll(2) takes for
    /// "without end".
    @Test(arguments: [0, -1, -2, -500, -999, -1000, -1500, -100_000])
    func `a time that is over ends at once`(milliseconds: Int) async throws {
        let event = event
        let ends = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Self.wait(event, atMost: .milliseconds(milliseconds))
                ends.increment()
            }
            defer { event.signal() }
            try await eventually("the wait ends") { ends.value == 1 }
        }
    }

    private static func wait(_ event: WakeEvent, orReadable other: Int32 = -1, atMost time: Duration) async throws {
        try await onBlockingThread { try event.wait(orReadable: other, atMost: time) }
    }
}
