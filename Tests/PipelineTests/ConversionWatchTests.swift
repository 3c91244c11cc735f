import ConversionContract
import Testing

@testable import Pipeline

struct ConversionWatchTests {
    private static let day = ConversionLimits(duration: 86_400, outputBytes: 8 << 30)

    @Test(arguments: [(59, nil), (60, nil), (61, .standstill)] as [(Int, ConversionWatch.Objection?)])
    func `silence`(seconds: Int, objection: ConversionWatch.Objection?) {
        let watch = ConversionWatch(limits: Self.day)
        #expect(watch.objection(at: .seconds(seconds), bytes: 0) == objection)
    }

    /// What is said of a conversion that got to `position` at a time, with news to the last.
    private func objection(at seconds: Int, position: Double, bytes: Int64 = 0) -> ConversionWatch.Objection? {
        var watch = ConversionWatch(limits: Self.day)
        watch.hear(ConversionProgress(position: position, duration: nil), at: .seconds(seconds))
        return watch.objection(at: .seconds(seconds), bytes: bytes)
    }

    @Test(
        arguments: [
            (600, 0.0, nil), (601, 0, .tooSlow), (700, 100, nil), (702, 100, .tooSlow), (40_000, 40_000, nil),
            // Its word counts up to the longest sound that is converted.
            (87_001, 1e300, .tooSlow),
        ] as [(Int, Double, ConversionWatch.Objection?)])
    func `pace`(seconds: Int, position: Double, objection: ConversionWatch.Objection?) {
        #expect(self.objection(at: seconds, position: position) == objection)
    }

    @Test(
        arguments: [
            (0.0, 64 << 20, nil), (0, (64 << 20) + 1, .tooLarge), (3600, 3600 * 40_000 + (64 << 20), nil),
            (3600, 3600 * 40_000 + (64 << 20) + 1, .tooLarge), (1e18, (8 << 30) + 1, .tooLarge),
        ] as [(Double, Int64, ConversionWatch.Objection?)])
    func `size`(position: Double, bytes: Int64, objection: ConversionWatch.Objection?) {
        #expect(self.objection(at: 10, position: position, bytes: bytes) == objection)
    }

    @Test func `the tenth part of a second between messages is no flood, a thousandth is`() {
        for (interval, expected) in [(100, nil), (1, .flood)] as [(Int, ConversionWatch.Objection?)] {
            var watch = ConversionWatch(limits: Self.day)
            var objection: ConversionWatch.Objection?
            for message in 0..<10_000 where objection == nil {
                let time = Duration.milliseconds(message * interval)
                watch.hear(ConversionProgress(position: Double(message), duration: nil), at: time)
                objection = watch.objection(at: time, bytes: 0)
            }
            #expect(objection == expected)
        }
    }
}
