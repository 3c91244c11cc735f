import Testing

@testable import Conversion

/// How much silence goes in front of frames of 0.02 s with these time stamps.
@Suite struct TimelineTests {
    struct Case: Sendable {
        var origin: Double?
        var promisedEnd: Double?
        var clock = Timeline.Clock.restarting
        var timestamps: [Double?]
        var silences: [Double]
    }

    @Test(arguments: [
        // One after the other, wherever the clock begins.
        Case(origin: 0, timestamps: [0, 0.02, 0.04], silences: [0, 0, 0]),
        Case(origin: nil, timestamps: [9000, 9000.02, 9000.04], silences: [0, 0, 0]),
        // None at all.
        Case(origin: nil, timestamps: [nil, nil], silences: [0, 0]),
        Case(origin: 0, timestamps: [.nan, .infinity], silences: [0, 0]),
        // Rounding and jitter.
        Case(origin: 0, timestamps: [0.003, 0.025, 0.041, 0.09], silences: [0, 0, 0, 0]),
        // A late start, and an early one.
        Case(origin: 1.4, timestamps: [1.9, 1.92], silences: [0.5, 0]),
        Case(origin: 1.4, timestamps: [1.3, 1.32], silences: [0, 0]),
        // A gap, and what follows it.
        Case(origin: 0, timestamps: [0, 1.02, 1.04], silences: [0, 1, 0]),
        // The clock goes back, and forth too far to be true: it begins anew.
        Case(origin: 0, timestamps: [5, 0, 0.02, 1.04], silences: [5, 0, 0, 1]),
        Case(origin: 0, timestamps: [0, 500, 500.02, 501.04], silences: [0, 0, 0, 1]),
        Case(origin: 0, timestamps: [500, 500.02], silences: [0, 0]),
        // The container promised as much.
        Case(origin: 0, promisedEnd: 600, timestamps: [0, 500], silences: [0, 499.98]),
        Case(origin: 0, promisedEnd: 600, timestamps: [0, 700], silences: [0, 0]),
        // What was taken for a gap was jitter, and is no gap again; a real one is what is more than that.
        Case(
            origin: 0, clock: .steady, timestamps: [0, 0.22, 0.04, 0.26, 0.08, 1.08], silences: [0, 0.2, 0, 0, 0, 0.78]),
        Case(origin: 0, clock: .steady, timestamps: [500, 500.02, 480, 481.02], silences: [0, 0, 0, 1]),
        // Only the beginning is true.
        Case(origin: 0, clock: .reckoned, timestamps: [2, 4, 1, nil, 9], silences: [2, 0, 0, 0, 0]),
    ])
    func silence(example: Case) throws {
        var timeline = Timeline(
            origin: example.origin, promisedEnd: example.promisedEnd, clock: example.clock)
        let silences = try example.timestamps.map { try timeline.place(timestamp: $0, duration: 0.02) }
        #expect(zip(silences, example.silences).allSatisfy { abs($0 - $1) < 1e-9 }, "\(silences)")
        #expect(abs(timeline.position - silences.reduce(0, +) - 0.02 * Double(silences.count)) < 1e-9)
        #expect(abs(timeline.gaps.reduce(0) { $0 + ($1.isFilled ? $1.length : 0) } - silences.reduce(0, +)) < 1e-9)
    }

    @Test func jumpsAreRememberedUntilTheClockComesBack() throws {
        var timeline = Timeline(origin: 0, promisedEnd: nil)
        _ = try timeline.place(timestamp: 0, duration: 1)
        _ = try timeline.place(timestamp: 100, duration: 1)
        #expect(timeline.gaps == [Timeline.Gap(start: 1, length: 99, isFilled: false)])
        _ = try timeline.place(timestamp: 2, duration: 1)
        #expect(timeline.gaps == [])
        #expect(timeline.position == 3)
    }

    @Test func picturesMakeALongGapBelievable() throws {
        var asked: [[Double]] = []
        var timeline = Timeline(origin: 1, promisedEnd: nil) { start, end in
            asked.append([start, end])
            return end < 100
        }
        let silences = try [41, 43, 141].map { try timeline.place(timestamp: $0, duration: 1) }
        #expect(silences == [40, 1, 0])
        #expect(asked == [[1, 41], [44, 141]])
    }

    @Test func whatALostPacketLeavesIsFilled() throws {
        var timeline = Timeline(origin: 0, promisedEnd: nil)
        let silences = try [(0, false), (0.04, true), (0.08, false), (0.084, true)].map {
            try timeline.place(timestamp: $0, duration: 0.02, isAfterDamage: $1)
        }
        #expect(zip(silences, [0, 0.02, 0, 0]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(silences)")
    }

    @Test func hostileGapsAreNotAllRemembered() throws {
        var timeline = Timeline(origin: 0, promisedEnd: nil)
        for index in 0..<3 * Timeline.maximumGaps { _ = try timeline.place(timestamp: Double(index), duration: 0.1) }
        #expect(timeline.gaps.count == Timeline.maximumGaps)
    }
}
