import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Who waits sees that the work goes on, even where no sound comes.
@Suite struct ProgressMeterTests {
    private final class Heard {
        var progress: [ConversionProgress] = []
    }

    @Test func saysOnceMoreHowFarItIs() throws {
        let heard = Heard()
        let meter = ProgressMeter(interval: .zero) { heard.progress.append($0) }
        try meter.update(position: 3, duration: 9)
        meter.goOn()
        #expect(heard.progress == Array(repeating: ConversionProgress(position: 3, duration: 9), count: 2))
    }

    @Test func neverSpeaksTooOften() throws {
        let heard = Heard()
        let meter = ProgressMeter(interval: .seconds(3600)) { heard.progress.append($0) }
        for position in 0..<9 { try meter.update(position: Double(position), duration: nil) }
        meter.goOn()
        #expect(heard.progress.map(\.position) == [0])
    }

    /// Twenty megabytes of picture follow the only sound.
    @Test func readingIsNoticed() throws {
        let directory = try TemporaryDirectory()
        let input = directory.path("a.mkv")
        try FFmpeg.run(
            FFmpeg.tones(seconds: 0.1, rate: 48000)
                + ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=7", "-c:v", "rawvideo", "-c:a", "pcm_s16le", input])
        let source = try OpenFile(input)
        let file = try DescriptorFile(reading: source.descriptor)
        var demuxer = try Demuxer(file)
        let packet = try Packet()
        var packets = 0
        let heard = Heard()
        let meter = ProgressMeter(interval: .zero) { heard.progress.append($0) }
        file.onRead = meter.goOn
        while try demuxer.read(into: packet) { packets += 1 }
        #expect(packets < 20)
        #expect(heard.progress.count > 100)
    }
}
