import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Sound that is MP3 already keeps its bytes.
@Suite struct CopyTests {
    private let directory: TemporaryDirectory
    private let output: String

    init() throws {
        directory = try TemporaryDirectory()
        output = directory.path("out.mp3")
    }

    private func make(_ name: String, seconds: Double = 4, _ arguments: [String] = []) throws -> String {
        let path = directory.path(name)
        try FFmpeg.run(
            FFmpeg.tones(seconds: seconds, rate: 44100) + FFmpeg.picture(seconds: seconds)
                + ["-preset", "ultrafast", "-c:a", "libmp3lame"] + (name.hasSuffix(".avi") ? ["-c:v", "mpeg4"] : [])
                + (name.hasSuffix(".flv") ? ["-c:v", "flv1"] : []) + (name.hasSuffix(".mp3") ? ["-map", "0:a"] : [])
                + arguments + [path])
        return path
    }

    /// The frames of an MP3's sound, without tags and header frame.
    private func frames(of path: String) throws -> [UInt8] {
        let result = directory.path("frames")
        try FFmpeg.run([
            "-i", path, "-map", "0:a", "-c", "copy", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3", result,
        ])
        return try bytes(of: result)
    }

    @Test(arguments: ["a.mp3", "a.mp4", "a.mkv", "a.avi", "a.ts", "a.flv", "a.mov"], ["128k", "-q"])
    func copiesEveryFrame(name: String, bitRate: String) throws {
        let input = try make(name, bitRate == "-q" ? ["-q:a", "4"] : ["-b:a", bitRate])
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(report.encoder == "MP3 copied, 44100 Hz, 2 channels")
        let (source, result) = try (frames(of: input), frames(of: output))
        // Silence may have been put in front.
        #expect(result.suffix(source.count) == source[...])
        #expect(result.count - source.count < 1500)
        let expected = try FFmpeg.samples(of: input, rate: 44100, channels: 2)
        let actual = try FFmpeg.samples(of: output, rate: 44100, channels: 2)
        #expect(abs(Int((report.produced * 44100).rounded()) * 2 - actual.count) <= 2)
        // A container that does not say where the sound ends has a part of a frame more or less.
        #expect(abs(actual.count - expected.count) <= 2 * 1152)
        #expect(signalToNoise(expected, actual) > 80)
        _ = try MP3Frames(bytes(of: output))
    }

    @Test(arguments: [
        (Preset.small, "320k", false), (.small, "96k", true), (.voice, "64k", false), (.high, "320k", true),
        (.high, "128k", true), (.standard, "320k", true),
    ])
    func onlyWhereThePresetAsksForNoLess(preset: Preset, bitRate: String, isCopied: Bool) throws {
        for name in ["a.mp3", "a.mkv"] {
            let report = try Transcoder(preset: preset).convert(make(name, ["-b:a", bitRate]), output)
            #expect(report.reason == nil, "\(report)")
            #expect((report.encoder?.hasPrefix("MP3 copied") == true) == isCopied, "\(report)")
        }
    }

    @Test func aBitRateThatIsAskedForIsGiven() throws {
        let report = try Transcoder(bitRate: .constant(kilobits: 96)).convert(make("a.mp3"), output)
        #expect(report.encoder?.hasPrefix("LAME") == true)
        let frames = try MP3Frames(bytes(of: output))
        #expect(Set(frames.headers.dropFirst().map(\.bitRate)) == [96])
    }

    @Test func itIsMeasuredWhereThatIsAskedFor() throws {
        let input = try make("a.mp4", seconds: 9)
        let wave = directory.path("a.wav")
        try FFmpeg.run(["-i", input, "-map", "0:a", "-c:a", "pcm_f32le", wave])
        let expected = try #require(Transcoder().convert(wave, output).loudness)
        let report = try Transcoder(loudness: .always).convert(input, output)
        #expect(report.encoder?.hasPrefix("MP3 copied") == true, "\(report)")
        let loudness = try #require(report.loudness)
        #expect(abs((loudness.integrated ?? 0) - (expected.integrated ?? 1)) < 0.01)
        #expect(abs(loudness.peak - expected.peak) < 0.001)
        #expect(try Mutagen.read(output).texts["TXXX:REPLAYGAIN_TRACK_GAIN"] != nil)
        #expect(try Transcoder().convert(input, output).loudness == nil)
    }

    /// The frames are the same, so what was measured in them holds.
    @Test(arguments: ["a.mp3", "a.mkv"])
    func keepsItsReplayGain(name: String) throws {
        let input = try make(
            name, ["-metadata", "REPLAYGAIN_TRACK_GAIN=-6.48 dB", "-metadata", "replaygain_track_peak=0.98"])
        #expect(try Transcoder().convert(input, output).loudness?.peak == 0.98)
        let tags = try Mutagen.read(output)
        #expect(tags.texts["TXXX:REPLAYGAIN_TRACK_GAIN"] == "-6.48 dB")
        #expect(tags.texts["TXXX:REPLAYGAIN_TRACK_PEAK"] == "0.980000")
        #expect(try Transcoder(loudness: .off).convert(input, output).loudness == nil)
        #expect(try !Mutagen.read(output).texts.keys.contains { $0.contains("REPLAYGAIN") })
    }

    @Test(arguments: [0.3, 0.75])
    func startsLate(delay: Double) throws {
        let input = directory.path("late.mkv")
        try FFmpeg.run(
            FFmpeg.picture(seconds: 4) + ["-itsoffset", "\(delay)"] + FFmpeg.tones(seconds: 3, rate: 48000)
                + ["-preset", "ultrafast", "-c:a", "libmp3lame", input])
        let report = try Transcoder().convert(input, output)
        #expect(report.encoder?.hasPrefix("MP3 copied") == true, "\(report)")
        let sound = try FFmpeg.samples(of: input, rate: 48000, channels: 2)
        let result = try FFmpeg.samples(of: output, rate: 48000, channels: 2)
        let silence = (result.count - sound.count) / 2
        #expect(abs(silence - Int(delay * 48000)) < 1152)
        #expect(signalToNoise(sound, Array(result.dropFirst(2 * silence))) > 60)
    }

    /// Frames behind a hole need what was in it.
    @Test func whatHasGapsIsDecoded() throws {
        let (first, second) = (directory.path("first.ts"), directory.path("second.ts"))
        for (path, offset) in [(first, 0), (second, 5)] {
            try FFmpeg.run(
                FFmpeg.tones(seconds: 2, rate: 48000)
                    + ["-c:a", "libmp3lame", "-output_ts_offset", "\(offset)", path])
        }
        let input = try directory.write(bytes(of: first) + bytes(of: second), to: "gap.ts")
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(report.encoder?.hasPrefix("LAME") == true)
        #expect(abs(report.produced - 7) < 0.2)
    }
}
