import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// What each preset makes of a source, and what becomes of rates and channels that MP3 does not have.
@Suite struct PresetTests {
    @Test(
        arguments: [
            (44100, 2, .standard, 44100, 2), (48000, 1, .standard, 48000, 1), (96000, 2, .standard, 48000, 2),
            (88200, 6, .high, 44100, 2), (192_000, 8, .small, 48000, 2), (6000, 1, .standard, 8000, 1),
            (37800, 2, .standard, 44100, 2), (44100, 2, .voice, 44100, 1), (16000, 6, .voice, 16000, 1),
        ] as [(Int, Int, Preset, Int, Int)])
    func format(rate: Int, channels: Int, preset: Preset, outputRate: Int, outputChannels: Int) {
        let format = SoundFormat(sourceRate: rate, sourceChannels: channels, preset: preset)
        #expect(format == SoundFormat(sampleRate: outputRate, channels: outputChannels))
    }

    @Test(arguments: Preset.allCases)
    func everyFrameIsAsThePresetSays(preset: Preset) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("in.wav"), directory.path("out.mp3"))
        try FFmpeg.run(FFmpeg.tones(seconds: 3, rate: 44100) + [input])
        let report = try Transcoder(preset: preset).convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(report.preset == preset)
        #expect(report.encoder?.hasPrefix("LAME 3.") == true)
        let frames = try MP3Frames(bytes(of: output))
        let rates = Set(frames.headers.dropFirst().map(\.bitRate))
        switch preset.bitRate {
        case .constant(let kilobits): #expect(rates == [kilobits])
        case .variable: #expect(rates.count > 1)
        }
        #expect(frames.headers.allSatisfy { $0.sampleRate == 44100 })
        #expect(frames.channels == preset.maximumChannels)
    }

    /// What LAME makes of a rate that these frames do not have, and what is said of it.
    @Test(arguments: [(44100, 320), (22050, 160), (16000, 160), (12000, 64), (8000, 64)])
    func theHighestBitRateIsTheFormats(rate: Int, kilobits: Int) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("in.wav"), directory.path("out.mp3"))
        try FFmpeg.run(FFmpeg.tones(seconds: 3, rate: rate) + [input])
        let report = try Transcoder(preset: .high).convert(input, output)
        #expect(report.encoder?.contains("CBR \(kilobits) kbit/s, \(rate) Hz") == true, "\(report)")
        let frames = try MP3Frames(bytes(of: output))
        #expect(Set(frames.headers.dropFirst().map(\.bitRate)) == [kilobits])
    }

    @Test(arguments: [
        (96000, 2, "pcm_s24le", 48000), (22050, 1, "pcm_u8", 22050), (11025, 1, "pcm_s16le", 11025),
        (5512, 1, "pcm_s16le", 8000),
        (48000, 6, "pcm_s16le", 48000), (48000, 8, "pcm_f32le", 48000), (48000, 16, "pcm_s16le", 48000),
        (48000, 11, "pcm_s16le", 48000), (192_000, 2, "pcm_s32le", 48000),
    ])
    func takesUnusualSources(rate: Int, channels: Int, codec: String, outputRate: Int) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("in.wav"), directory.path("out.mp3"))
        let inputs = (0..<channels).map { "0.1*sin(2*PI*t*\(200 + 20 * $0))" }.joined(separator: "|")
        try FFmpeg.run(["-f", "lavfi", "-i", "aevalsrc=\(inputs):s=\(rate):d=3", "-c:a", codec, input])
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 3) < 0.01)
        let frames = try MP3Frames(bytes(of: output))
        #expect(frames.headers.allSatisfy { $0.sampleRate == outputRate })
        let samples = try FFmpeg.samples(of: output, rate: outputRate, channels: 1)
        #expect(abs(samples.count - 3 * outputRate) <= 1152)
        #expect(samples.contains { abs($0) > 0.02 })
        #expect(samples.allSatisfy { abs($0) <= 1 })
    }
}
