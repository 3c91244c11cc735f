import ConversionContract
import Testing

@testable import Pipeline

struct ConversionWatchTests {
    private static let day = ConversionRequest(
        preset: .high, limits: ConversionLimits(duration: 86_400, outputBytes: 8 << 30))

    /// - Parameter sourceSize: as large as a day's film.
    private static func watch(_ request: ConversionRequest = day, sourceSize: Int64 = 86_400 * 250) -> ConversionWatch {
        ConversionWatch(request, sourceSize: sourceSize, threads: 2)
    }

    @Test(arguments: [(59, nil), (60, nil), (61, .standstill)] as [(Int, ConversionWatch.Objection?)])
    func `silence`(seconds: Int, objection: ConversionWatch.Objection?) {
        let watch = Self.watch()
        #expect(watch.objection(at: .seconds(seconds), bytes: 0) == objection)
    }

    /// What is said of a conversion that got to `position` at a time, with news to the last.
    private func objection(
        at seconds: Int, position: Double, bytes: Int64 = 0, _ watch: ConversionWatch = watch()
    ) -> ConversionWatch.Objection? {
        var watch = watch
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
            (0.0, 68_008_864, nil), (0, 68_008_865, .tooLarge), (3600, 211_108_864, nil),
            (3600, 211_108_865, .tooLarge), (1e18, 8_589_934_593, .tooLarge),
        ] as [(Double, Int64, ConversionWatch.Objection?)])
    func `size`(position: Double, bytes: Int64, objection: ConversionWatch.Objection?) {
        #expect(
            self.objection(at: 10, position: position, bytes: bytes, Self.watch(sourceSize: 900_000)) == objection)
    }

    @Test(
        arguments: [
            (4096, 1200, nil), (4096, 1201, .tooSlow), (175_000, 1300, nil), (175_000, 1301, .tooSlow),
        ] as [(Int64, Int, ConversionWatch.Objection?)])
    func `a small file is believed little sound`(sourceSize: Int64, seconds: Int, objection: ConversionWatch.Objection?)
    {
        #expect(
            self.objection(at: seconds, position: 86_400, Self.watch(sourceSize: sourceSize)) == objection)
    }

    @Test(
        arguments: [
            (.voice, nil, 4096, 4_800_000, nil), (.voice, nil, 4096, 4_800_001, .tooLarge),
            (.voice, 320, 4096, 24_000_000, nil), (.high, 64, 4096, 4_800_001, .tooLarge),
            (.standard, nil, 4096, 24_000_000, nil), (.standard, nil, 4096, 24_000_001, .tooLarge),
            // What is copied is as large as it was.
            (.voice, nil, 9_000_000, 9_000_000, nil),
        ] as [(Preset, Int?, Int64, Int64, ConversionWatch.Objection?)])
    func `an MP3 has the bytes of its bit rate`(
        preset: Preset, bitRate: Int?, sourceSize: Int64, bytes: Int64, objection: ConversionWatch.Objection?
    ) {
        let watch = Self.watch(ConversionRequest(preset: preset, bitRate: bitRate), sourceSize: sourceSize)
        #expect(self.objection(at: 10, position: 600, bytes: bytes + (64 << 20), watch) == objection)
    }

    @Test(arguments: [(6, nil), (7, .tooManyThreads)] as [(Int, ConversionWatch.Objection?)])
    func `threads`(threads: Int, objection: ConversionWatch.Objection?) {
        #expect(Self.watch().objection(at: .zero, bytes: 0, threads: threads) == objection)
    }

    @Test func `the tenth part of a second between messages is no flood, a thousandth is`() {
        for (interval, expected) in [(100, nil), (1, .flood)] as [(Int, ConversionWatch.Objection?)] {
            var watch = Self.watch()
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
