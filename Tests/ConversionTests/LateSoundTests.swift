import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Sound that starts late, has gaps, or changes on the way.
@Suite struct LateSoundTests {
    /// Seconds that the sound starts after the picture.
    private static let delay = 0.75

    @Test(arguments: ["late.mp4", "late.mkv", "late.ts", "late.mov"])
    func startsLate(name: String) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(name)
        try FFmpeg.run(
            FFmpeg.picture(seconds: 4) + ["-itsoffset", "\(Self.delay)"] + FFmpeg.tones(seconds: 3, rate: 48000)
                + ["-preset", "ultrafast", "-c:a", "aac", input])
        let output = directory.path("out.mp3")
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let sound = try FFmpeg.samples(of: input, rate: 48000, channels: 2)
        let result = try FFmpeg.samples(of: output, rate: 48000, channels: 2)
        let silence = (result.count - sound.count) / 2
        // The stream's time stamps stand on a clock of 90 kHz or 1 kHz, and AAC's priming may come first.
        #expect(abs(silence - Int(Self.delay * 48000)) < 1152)
        #expect(result.prefix(2 * 35000).allSatisfy { abs($0) < 0.01 })
        #expect(signalToNoise(sound, Array(result.dropFirst(2 * silence))) > 20)
    }

    /// A click is heard when it is in the source, within a millisecond: libavcodec gives no sound for the first packets of
    /// WMA, and ffmpeg's own MP3 has it 46 ms too early.
    @Test(arguments: [
        ("a.wmv", ["-c:v", "wmv2", "-c:a", "wmav2"]), ("a.wmv", ["-c:v", "wmv2", "-c:a", "wmav1"]),
        ("a.mp4", ["-c:a", "aac"]), ("a.mkv", ["-c:a", "libopus"]), ("a.mp4", ["-c:a", "libmp3lame"]),
    ])
    func isInTimeWithThePicture(name: String, arguments: [String]) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(name)
        let click = "aevalsrc='if(between(n,48000,48010),0.9,0)':s=48000:d=3"
        try FFmpeg.run(
            ["-f", "lavfi", "-i", click] + FFmpeg.picture(seconds: 3) + ["-preset", "ultrafast"] + arguments + [input])
        let output = directory.path("out.mp3")
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let samples = try FFmpeg.samples(of: output, rate: 48000, channels: 1)
        let loudest = samples.indices.max { abs(samples[$0]) < abs(samples[$1]) }
        #expect(abs((loudest ?? 0) - 48005) < 48)
    }

    @Test func fillsGaps() throws {
        let directory = try TemporaryDirectory()
        let input = directory.path("gap.mkv")
        // Two seconds of the ten are taken out, the time stamps stay.
        try FFmpeg.run(
            FFmpeg.picture(seconds: 10) + FFmpeg.tones(seconds: 10, rate: 48000)
                + ["-preset", "ultrafast", "-af", "aselect='not(between(t,4,6))'", "-c:a", "pcm_s16le", input])
        let output = directory.path("out.mp3")
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 10) < 0.05)
        let result = try FFmpeg.samples(of: output, rate: 48000, channels: 2)
        #expect(result[2 * 48000 * 42 / 10..<2 * 48000 * 58 / 10].allSatisfy { abs($0) < 0.01 })
        #expect(result[2 * 48000 * 7..<2 * 48000 * 9].contains { abs($0) > 0.2 })
    }

    @Test func takesAChangeOfChannels() throws {
        let directory = try TemporaryDirectory()
        let (surround, stereo) = (directory.path("surround.ts"), directory.path("stereo.ts"))
        try FFmpeg.run(FFmpeg.tones(seconds: 2, rate: 48000) + ["-ac", "6", "-c:a", "ac3", surround])
        try FFmpeg.run(
            FFmpeg.tones(seconds: 2, rate: 48000) + ["-c:a", "ac3", "-output_ts_offset", "2", stereo])
        let input = try directory.write(bytes(of: surround) + bytes(of: stereo), to: "both.ts")
        let report = try Transcoder().convert(input, directory.path("out.mp3"))
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 4) < 0.2)
    }
}
