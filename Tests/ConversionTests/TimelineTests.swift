import Testing

@testable import Conversion

/// How much silence goes in front of frames of 0.02 s with these time stamps.
@Suite struct TimelineTests {
    struct Case: Sendable {
        var origin: Double?
        var promisedEnd: Double?
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
    ])
    func silence(example: Case) {
        var timeline = Timeline(origin: example.origin, promisedEnd: example.promisedEnd)
        let silences = example.timestamps.map { timeline.place(timestamp: $0, duration: 0.02) }
        #expect(zip(silences, example.silences).allSatisfy { abs($0 - $1) < 1e-9 }, "\(silences)")
        #expect(abs(timeline.position - silences.reduce(0, +) - 0.02 * Double(silences.count)) < 1e-9)
        #expect(abs(timeline.gaps.reduce(0) { $0 + ($1.isFilled ? $1.length : 0) } - silences.reduce(0, +)) < 1e-9)
    }

    @Test func jumpsAreRememberedUntilTheClockComesBack() {
        var timeline = Timeline(origin: 0, promisedEnd: nil)
        _ = timeline.place(timestamp: 0, duration: 1)
        _ = timeline.place(timestamp: 100, duration: 1)
        #expect(timeline.gaps == [Timeline.Gap(start: 1, length: 99, isFilled: false)])
        _ = timeline.place(timestamp: 2, duration: 1)
        #expect(timeline.gaps == [])
        #expect(timeline.position == 3)
    }

    @Test func hostileGapsAreNotAllRemembered() {
        var timeline = Timeline(origin: 0, promisedEnd: nil)
        for index in 0..<3 * Timeline.maximumGaps { _ = timeline.place(timestamp: Double(index), duration: 0.1) }
        #expect(timeline.gaps.count == Timeline.maximumGaps)
    }
}
