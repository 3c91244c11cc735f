import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// The measurement against the standard's own cases and against ffmpeg's.
@Suite struct LoudnessMeterTests {
    private static func measure(_ samples: [Float], rate: Int, channels: Int) -> Loudness {
        var meter = SoundMeter(SoundFormat(sampleRate: rate, channels: channels), loudness: .tag)
        var buffer = PCMBuffer(channels: channels, capacity: 0)
        // Pieces that no block is a multiple of.
        let step = 1009
        for start in stride(from: 0, to: samples.count / channels, by: step) {
            let count = min(step, samples.count / channels - start)
            buffer.removeAll()
            buffer.append(atMost: count) { room in
                for index in 0..<count {
                    room.left[index] = samples[(start + index) * channels]
                    room.right?[index] = samples[(start + index) * channels + channels - 1]
                }
                return count
            }
            meter.add(buffer, 0..<count)
        }
        return meter.loudness ?? Loudness(integrated: nil, peak: -1)
    }

    /// Stereo tones of 1 kHz, each so many seconds at so many dBFS.
    private static func tones(_ parts: [(seconds: Double, level: Double)]) -> [Float] {
        var samples: [Float] = []
        for part in parts {
            let amplitude = pow(10, part.level / 20)
            for index in 0..<Int(part.seconds * 48000) {
                let value = Float(amplitude * sin(2 * .pi * 1000 * Double(index) / 48000))
                samples.append(value)
                samples.append(value)
            }
        }
        return samples
    }

    /// EBU Tech 3341, "minimum requirements test signals" 1 to 5: within 0.1 LU.
    @Test(
        arguments: [
            ([(20, -23)], -23), ([(20, -33)], -33), ([(10, -36), (60, -23), (10, -36)], -23),
            ([(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)], -23), ([(20, -26), (20.1, -20), (20, -26)], -23),
        ] as [([(Double, Double)], Double)])
    func standardSignals(parts: [(Double, Double)], expected: Double) throws {
        let loudness = Self.measure(Self.tones(parts.map { ($0.0, $0.1) }), rate: 48000, channels: 2)
        #expect(abs(try #require(loudness.integrated) - expected) < 0.1)
        #expect(abs(loudness.peak - pow(10, (parts.map(\.1).max() ?? 0) / 20)) < 0.001)
    }

    /// What ffmpeg's `ebur128` measures in the same samples.
    private static func reference(_ path: String) throws -> Double {
        let text = String(
            decoding: try FFmpeg.run([
                "-i", path, "-af", "ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=-", "-f", "null",
                "/dev/null",
            ]), as: UTF8.self)
        let last = try #require(text.split(separator: "\n").last { $0.contains("lavfi.r128.I=") })
        return try #require(Double(last.drop { $0 != "=" }.dropFirst()))
    }

    @Test(arguments: [(48000, 2), (48000, 1), (44100, 2), (32000, 2), (22050, 1), (16000, 2), (8000, 1)])
    func asFFmpegMeasuresIt(rate: Int, channels: Int) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("in.wav")
        // Loud, then quiet enough for the relative gate, then silent, then loud.
        try FFmpeg.run(
            FFmpeg.tones(seconds: 14, rate: rate) + [
                "-af", "volume='if(lt(t,4),1,if(lt(t,7),0.02,if(lt(t,9),0,0.6)))':eval=frame", "-ac", "\(channels)",
                "-c:a", "pcm_f32le", path,
            ])
        let samples = try FFmpeg.samples(of: path, rate: rate, channels: channels)
        let loudness = Self.measure(samples, rate: rate, channels: channels)
        #expect(abs(try #require(loudness.integrated) - Self.reference(path)) < 0.05)
        #expect(loudness.peak == Double(samples.map(abs).max() ?? 0))
    }

    /// LAME plays low constant bit rates at 0.95 of the volume.
    @Test(arguments: [64, 128, 192, 320], [1, 2])
    func isThatOfTheMP3(kilobits: Int, threads: Int) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("in.wav"), directory.path("out.mp3"))
        try FFmpeg.run(FFmpeg.tones(seconds: 14, rate: 44100) + [input])
        let report = try Transcoder(bitRate: .constant(kilobits: kilobits), threads: threads).convert(input, output)
        #expect(abs(try #require(report.loudness?.integrated) - Self.reference(output)) < 0.15)
    }

    @Test func whatIsNoNumberIsForgotten() throws {
        var samples = Self.tones([(20, -23)])
        samples[1000] = .nan
        samples[200_000] = .infinity
        let integrated = try #require(Self.measure(samples, rate: 48000, channels: 2).integrated)
        #expect(abs(integrated + 23) < 0.2)
    }

    @Test(arguments: [0, 1000, 19_199])
    func tooShortForABlockHasNoLoudness(count: Int) {
        let samples = Array(Self.tones([(1, -23)]).prefix(2 * count))
        #expect(Self.measure(samples, rate: 48000, channels: 2).integrated == nil)
    }
}
