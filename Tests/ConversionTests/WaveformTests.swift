import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// The outline of a sound: its arithmetics, and what comes out of whole conversions.
@Suite struct WaveformTests {
    private let directory: TemporaryDirectory
    private let output: String

    init() throws {
        directory = try TemporaryDirectory()
        output = directory.path("out.mp3")
    }

    /// A buffer of `count` samples per channel, each made by `value`.
    private static func buffer(_ count: Int, channels: Int = 2, _ value: (_ channel: Int, _ index: Int) -> Float)
        -> PCMBuffer
    {
        var buffer = PCMBuffer(channels: channels, capacity: count)
        buffer.append(atMost: count) { room in
            for index in 0..<count {
                room.left[index] = value(0, index)
                room.right?[index] = value(1, index)
            }
            return count
        }
        return buffer
    }

    // MARK: Arithmetics

    @Test(arguments: [1, 2, 7, 8, 9, 16, 31, 1152], [1, 2])
    func everySampleCounts(count: Int, channels: Int) {
        for channel in 0..<channels {
            for place in [0, count / 2, count - 1] {
                for value in [Float(0.5), -0.5] {
                    let buffer = Self.buffer(count, channels: channels) {
                        $0 == channel && $1 == place ? value : $1 % 2 == 0 ? 0.1 : -0.2
                    }
                    #expect(buffer.peak(in: 0..<count) == 0.5)
                }
            }
        }
    }

    @Test func onlyTheRangeCounts() {
        let buffer = Self.buffer(100) { $1 < 10 || $1 >= 90 ? 1 : 0.25 }
        #expect(buffer.peak(in: 10..<90) == 0.25)
        #expect(buffer.peak(in: 50..<50) == 0)
    }

    @Test func whatIsNoNumberIsLeftOut() {
        for place in [3, 1151] {
            let buffer = Self.buffer(1152) { $1 == place ? .nan : 0.5 }
            #expect(buffer.peak(in: 0..<1152) == 0.5)
        }
    }

    @Test func neighboursBecomeOneWhereThereAreTooMany() {
        var waveform = Waveform(spanLength: 3)
        for index in 0..<511 { waveform.append(Float(index)) }
        #expect(waveform.peaks.count == 511)
        #expect(waveform.spanLength == 3)
        waveform.append(511)
        let expected = (0..<256).map { Float(2 * $0 + 1) }
        #expect(waveform.peaks == expected)
        #expect(waveform.spanLength == 6)
    }

    @Test func fullScaleIsTheHighestByte() {
        var waveform = Waveform(spanLength: 1)
        for peak in [0, 0.5, 1, 1.7, .infinity] as [Float] { waveform.append(peak) }
        #expect(waveform.bytes == [0, 128, 255, 255, 255])
    }

    @Test(arguments: [1, 799, 800, 801, 8000, 409_600, 3_000_000])
    func theSpansAreTenthsOfASecondOrMore(count: Int) {
        var meter = WaveformMeter(sampleRate: 8000)
        let step = 1009
        for start in stride(from: 0, to: count, by: step) {
            let length = min(step, count - start)
            meter.add(Self.buffer(length, channels: 1) { _, index in Float(start + index) / Float(count) }, 0..<length)
        }
        let waveform = meter.measure()
        #expect(waveform.spanLength % 800 == 0)
        #expect(waveform.peaks.count <= ConversionReport.maximumWaveform)
        let spans = (count - 1) / waveform.spanLength + 1
        #expect(waveform.peaks.count == spans)
        for (index, peak) in waveform.peaks.enumerated() {
            let last = min((index + 1) * waveform.spanLength, count) - 1
            let expected = Float(last) / Float(count)
            #expect(peak == expected)
        }
        #expect(meter.peak == waveform.peaks.last)
    }

    // MARK: Conversions

    /// A third loud, a third quiet, a third loud again.
    private func make(_ name: String, seconds: Double, _ arguments: [String]) throws -> String {
        let path = directory.path(name)
        let third = seconds / 3
        try FFmpeg.run(
            FFmpeg.tones(seconds: seconds, rate: 44100) + [
                "-af", "volume='if(between(t,\(third),\(2 * third)),0.1,1.5)':eval=frame",
            ] + arguments + [path])
        return path
    }

    /// Whether the outline is loud, quiet and loud; the spans at the edges do not matter.
    private func expectThirds(_ report: ConversionReport) throws {
        #expect(report.reason == nil, "\(report)")
        let waveform = Array(try #require(report.waveform))
        #expect((20...ConversionReport.maximumWaveform).contains(waveform.count))
        let edge = waveform.count / 12
        let third = waveform.count / 3
        let parts = (0..<3).map { waveform[($0 * third + edge)..<(($0 + 1) * third - edge)] }
        #expect(parts[0].allSatisfy { $0 > 80 }, "\(waveform)")
        #expect(parts[1].allSatisfy { (2..<30).contains($0) }, "\(waveform)")
        #expect(parts[2].allSatisfy { $0 > 80 }, "\(waveform)")
    }

    @Test(arguments: [LoudnessMode.tag, .off])
    func soundThatIsEncodedHasItsShape(loudness: LoudnessMode) throws {
        let input = try make("a.m4a", seconds: 12, ["-c:a", "aac"])
        let report = try Transcoder(loudness: loudness).convert(input, output)
        try expectThirds(report)
        // A codec adds a little at the end.
        let count = report.waveform?.count ?? 0
        #expect((120...121).contains(count))
    }

    @Test func itIsTheSameOnOneThreadAndOnMany() throws {
        let input = try make("a.wav", seconds: 90, [])
        let reports = try (1...4).map { try Transcoder(threads: $0).convert(input, output) }
        try expectThirds(reports[0])
        #expect(Set(reports.map(\.waveform)).count == 1)
    }

    /// Short enough for all of it to be decoded, and long enough for a sample; with and without a promise; and with frames
    /// so small that their sound begins several frames earlier.
    @Test(
        arguments: ["a.mp3", "a.mkv", "a.ts"], [(9.0, "128k"), (60, "320k"), (60, "32k"), (240, "128k")])
    func soundThatIsCopiedHasItsShape(name: String, kind: (seconds: Double, bitRate: String)) throws {
        let input = try make(name, seconds: kind.seconds, ["-c:a", "libmp3lame", "-b:a", kind.bitRate])
        let report = try Transcoder().convert(input, output)
        #expect(report.encoder?.hasPrefix("MP3 copied") == true)
        try expectThirds(report)
    }

    @Test func allOfItIsHeardWhereItIsDecodedAnyway() throws {
        let input = try make("a.mp3", seconds: 12, ["-c:a", "libmp3lame"])
        let report = try Transcoder(loudness: .always).convert(input, output)
        try expectThirds(report)
        let count = report.waveform?.count ?? 0
        #expect((119...121).contains(count))
        #expect(report.loudness?.integrated != nil)
    }

    @Test func theReportOfTheLongestWaveformFitsALine() throws {
        var report = ConversionReport(preset: .standard)
        report.waveform = Data((0..<ConversionReport.maximumWaveform).map { UInt8($0 % 256) })
        let line = try ConverterMessage.report(report).line()
        #expect(line.count < ConverterMessage.maximumLength / 2)
        #expect(ConverterMessage(line: line) == .report(report))
    }
}
