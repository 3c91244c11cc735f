import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Sound that starts late, has gaps, or changes on the way.
@Suite struct LateSoundTests {
    /// With the seconds that the sound starts after the picture.
    @Test(arguments: [
        ("late.mp4", 0.75), ("late.mkv", 0.75), ("late.ts", 0.75), ("late.mov", 0.75), ("late.mp4", 40),
        ("late.mkv", 40), ("late.ts", 20), ("late.mpg", 20),
    ])
    func startsLate(name: String, delay: Double) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(name)
        try FFmpeg.run(
            FFmpeg.picture(seconds: delay + 3.25) + ["-itsoffset", "\(delay)"]
                + FFmpeg.tones(seconds: 3, rate: 48000)
                + (name.hasSuffix("mpg")
                    ? ["-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2"] : ["-preset", "ultrafast", "-c:a", "aac"])
                + [input])
        let output = directory.path("out.mp3")
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let sound = try FFmpeg.samples(of: input, rate: 48000, channels: 2)
        let result = try FFmpeg.samples(of: output, rate: 48000, channels: 2)
        let silence = (result.count - sound.count) / 2
        // The stream's time stamps stand on a clock of 90 kHz or 1 kHz, and AAC's priming may come first.
        #expect(abs(silence - Int(delay * 48000)) < 1152)
        #expect(result.prefix(2 * (Int(delay * 48000) - 1000)).allSatisfy { abs($0) < 0.01 })
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

    /// Where no header promises how long it is, the pictures tell a pause from a jump of the clock.
    @Test func fillsLongGapsWithPictures() throws {
        let directory = try TemporaryDirectory()
        let input = directory.path("gap.ts")
        try FFmpeg.run(
            FFmpeg.picture(seconds: 30) + FFmpeg.tones(seconds: 30, rate: 48000)
                + ["-preset", "ultrafast", "-af", "aselect='not(between(t,8,24))'", "-c:a", "aac", input])
        let output = directory.path("out.mp3")
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 30) < 0.1)
        let result = try FFmpeg.samples(of: output, rate: 48000, channels: 2)
        #expect(result[2 * 48000 * 9..<2 * 48000 * 23].allSatisfy { abs($0) < 0.01 })
        #expect(result[2 * 48000 * 25..<2 * 48000 * 29].contains { abs($0) > 0.2 })
    }

    /// A trailer in mono does not make the film behind it mono.
    @Test func staysStereoBehindMono() throws {
        let directory = try TemporaryDirectory()
        let (mono, stereo) = (directory.path("mono.ts"), directory.path("stereo.ts"))
        try FFmpeg.run(FFmpeg.tones(seconds: 1, rate: 48000) + ["-ac", "1", "-c:a", "ac3", mono])
        try FFmpeg.run(FFmpeg.tones(seconds: 2, rate: 48000) + ["-c:a", "ac3", "-output_ts_offset", "1", stereo])
        let input = try directory.write(bytes(of: mono) + bytes(of: stereo), to: "both.ts")
        let output = directory.path("out.mp3")
        #expect(try Transcoder().convert(input, output).reason == nil)
        #expect(try MP3Frames(bytes(of: output)).channels == 2)
        let samples = try FFmpeg.samples(of: output, rate: 48000, channels: 2)
        let end = samples.suffix(48000)
        let differences = zip(end, end.dropFirst()).map { abs($0 - $1) }
        #expect((differences.max() ?? 0) > 0.2)
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
