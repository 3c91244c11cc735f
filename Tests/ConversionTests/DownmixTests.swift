import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Surround sound in two channels (ITU-R BS.775): every channel of the source is heard.
@Suite struct DownmixTests {
    /// The loudness of both channels of the MP3 where one channel of the source sounds, as root mean square.
    private func downmix(
        channel: Int, of layout: String, count: Int, preset: Preset = .standard
    ) throws -> (left: Float, right: Float) {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("in.wav"), directory.path("out.mp3"))
        let signals = (0..<count).map { $0 == channel ? "0.5*sin(160*PI*t)" : "0" }.joined(separator: "|")
        try FFmpeg.run(["-f", "lavfi", "-i", "aevalsrc=\(signals):s=48000:d=1:c=\(layout)", "-c:a", "pcm_s16le", input])
        let report = try Transcoder(preset: preset).convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let samples = try FFmpeg.samples(of: output, rate: 48000, channels: 2)
        func level(_ first: Int) -> Float {
            let sum = stride(from: first, to: samples.count, by: 2).reduce(Float(0)) { $0 + samples[$1] * samples[$1] }
            return (sum / Float(samples.count / 2)).squareRoot()
        }
        return (level(0), level(1))
    }

    /// Front left and right, centre, low frequencies, surround left and right.
    @Test(arguments: [
        (0, true, false), (1, false, true), (2, true, true), (3, true, true), (4, true, false), (5, false, true),
    ])
    func everyChannelIsHeard(channel: Int, isLeft: Bool, isRight: Bool) throws {
        let (left, right) = try downmix(channel: channel, of: "5.1", count: 6)
        #expect((left > 0.03) == isLeft, "\(left)")
        #expect((right > 0.03) == isRight, "\(right)")
        #expect(max(left, right) < 0.36)
        if isLeft && isRight { #expect(abs(left - right) < 0.01) }
    }

    /// The same, and the channels behind and beside the listener.
    @Test(arguments: [
        (0, true, false), (1, false, true), (2, true, true), (3, true, true), (4, true, false), (5, false, true),
        (6, true, false), (7, false, true),
    ])
    func everyChannelOfEightIsHeard(channel: Int, isLeft: Bool, isRight: Bool) throws {
        let (left, right) = try downmix(channel: channel, of: "7.1", count: 8)
        #expect((left > 0.02) == isLeft, "\(left)")
        #expect((right > 0.02) == isRight, "\(right)")
        #expect(max(left, right) < 0.36)
    }

    @Test(arguments: 0..<6)
    func everyChannelIsHeardInMono(channel: Int) throws {
        let (left, right) = try downmix(channel: channel, of: "5.1", count: 6, preset: .voice)
        #expect(left > 0.02, "\(left)")
        #expect(abs(left - right) < 0.001)
    }
}
