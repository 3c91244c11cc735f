import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Sources of many kinds become MP3s with the same samples as ffmpeg decodes.
@Suite struct RoundTripTests {
    struct Source: Sendable, CustomTestStringConvertible {
        var name: String
        var arguments: [String]
        var rate = 44100
        var channels = 2
        var hasPicture = false
        /// Decibels that the MP3 keeps at least.
        var quality = 20.0

        var testDescription: String { "\(name) \(arguments.joined(separator: " "))" }
    }

    /// Which codecs are put in which containers, by ffmpeg's names.
    private static let matrix = [
        "mp4": "aac mp3 ac3 eac3 opus flac alac mp2", "m4v": "aac ac3", "m4a": "aac alac",
        "mov": "aac mp3 ac3 alac mp2 pcm_s16le pcm_s24be pcm_f32le pcm_mulaw adpcm_ima_qt",
        "mkv": "aac mp3 ac3 eac3 opus vorbis flac alac mp2 wmav2 pcm_s16le pcm_s24le pcm_f64le dca truehd tta wavpack",
        "webm": "opus vorbis", "avi": "aac mp3 ac3 mp2 wmav2 pcm_s16le pcm_u8 adpcm_ms",
        "ts": "aac mp3 ac3 eac3 mp2 opus",
        "m2ts": "ac3 pcm_bluray", "flv": "aac mp3 pcm_s16le adpcm_swf", "wmv": "wmav1 wmav2 mp3 ac3",
        "asf": "wmav2 pcm_s16le",
        "ogg": "vorbis opus flac", "3gp": "aac", "mpg": "mp2 ac3 pcm_dvd", "vob": "ac3 mp2",
        "wav": "pcm_s32le pcm_alaw",
        "w64": "pcm_s16le", "caf": "alac pcm_s16be", "aiff": "pcm_s16be", "flac": "flac", "mp3": "mp3", "aac": "aac",
    ]
    private static let encoders = ["mp3": "libmp3lame", "opus": "libopus", "vorbis": "libvorbis"]
    private static let extras = ["flv": ["-f", "flv"], "m2ts": ["-f", "mpegts", "-mpegts_m2ts_mode", "1"]]
    /// Codecs that keep little, so that the MP3 of their noise keeps less too.
    private static let noisy: Set<String> = ["adpcm_swf", "adpcm_ms", "adpcm_ima_qt", "pcm_u8"]

    static let codecs = matrix.sorted { $0.key < $1.key }.flatMap { container, codecs in
        codecs.split(separator: " ").map { name in
            let codec = String(name)
            return Source(
                name: "a.\(container)",
                arguments: ["-c:a", encoders[codec] ?? codec, "-strict", "-2"] + (extras[container] ?? []),
                rate: ["opus", "ac3", "eac3", "dca", "pcm_dvd", "pcm_bluray"].contains(codec) ? 48000 : 44100,
                quality: noisy.contains(codec) ? 17 : 20)
        }
    }

    private static let webm = ["-c:v", "libvpx", "-deadline", "realtime"]
    static let films = [
        Source(name: "a.mp4", arguments: ["-c:a", "aac", "-movflags", "+faststart"], hasPicture: true),
        Source(
            name: "b.mp4", arguments: ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"], rate: 48000,
            hasPicture: true),
        Source(name: "a.mkv", arguments: ["-c:a", "ac3"], rate: 48000, hasPicture: true),
        Source(name: "a.webm", arguments: webm + ["-c:a", "libopus"], rate: 48000, hasPicture: true),
        Source(name: "a.avi", arguments: ["-c:v", "mpeg4", "-c:a", "libmp3lame"], hasPicture: true),
        Source(name: "a.ts", arguments: ["-c:a", "aac"], rate: 48000, hasPicture: true),
        Source(name: "a.mpg", arguments: ["-c:v", "mpeg2video", "-c:a", "mp2"], rate: 48000, hasPicture: true),
        Source(name: "a.vob", arguments: ["-c:v", "mpeg2video", "-c:a", "ac3"], rate: 48000, hasPicture: true),
        Source(name: "a.flv", arguments: ["-c:v", "flv1", "-c:a", "aac"], hasPicture: true),
        Source(name: "a.wmv", arguments: ["-c:v", "wmv2", "-c:a", "wmav2"], hasPicture: true),
        Source(name: "a.ogv", arguments: ["-c:v", "libtheora", "-c:a", "libvorbis"], hasPicture: true),
        Source(name: "mono.wav", arguments: [], rate: 22050, channels: 1),
        Source(name: "telephone.wav", arguments: [], rate: 8000, channels: 1),
    ]

    @Test(arguments: codecs + films)
    func keepsTheSamples(source: Source) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(source.name)
        let picture = source.hasPicture ? FFmpeg.picture(seconds: 3) + ["-preset", "ultrafast"] : []
        try FFmpeg.run(
            FFmpeg.tones(seconds: 3, rate: source.rate) + picture + ["-ac", "\(source.channels)"] + source.arguments + [
                input
            ])
        try verify(input, source)
    }

    /// ffmpeg has no encoder for AMR: these are random bits, each frame of 20 ms in the mode of 12.2 kbit/s.
    @Test(arguments: ["a.amr", "a.3gp", "a.mov"])
    func telephones(name: String) throws {
        let directory = try TemporaryDirectory()
        var generator = 7 as UInt32
        var bytes = Array("#!AMR\n".utf8)
        for _ in 0..<150 {
            bytes.append(0x3C)
            for _ in 0..<31 {
                generator = generator &* 1_664_525 &+ 1_013_904_223
                bytes.append(UInt8(generator >> 24))
            }
        }
        var input = try directory.write(bytes, to: "source.amr")
        if name != "a.amr" {
            let film = directory.path(name)
            try FFmpeg.run(["-i", input, "-c", "copy", film])
            input = film
        }
        try verify(input, Source(name: name, arguments: [], rate: 8000, channels: 1, quality: 8))
    }

    /// Long enough to be encoded in several segments: where they meet, the sound is as good as from one encoder.
    @Test(arguments: [
        Source(name: "a.mp4", arguments: ["-c:a", "aac"]),
        Source(name: "a.mkv", arguments: ["-c:a", "libopus"], rate: 48000),
        Source(name: "a.ts", arguments: ["-c:a", "ac3"], rate: 48000),
        Source(name: "a.wma", arguments: ["-c:a", "wmav2"]),
    ])
    func segmentsAreJoined(source: Source) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path(source.name), directory.path("out.mp3"))
        try FFmpeg.run(FFmpeg.tones(seconds: 40, rate: source.rate) + source.arguments + [input])
        let expected = try FFmpeg.samples(of: input, rate: source.rate, channels: 2)
        let window = 2 * source.rate / 10
        /// Of the whole, and of each tenth of a second.
        func quality(threads: Int) throws -> (whole: Double, parts: [Double]) {
            let report = try Transcoder(threads: threads).convert(input, output)
            #expect(report.reason == nil, "\(report)")
            #expect(abs(report.produced - 40) < 0.1)
            _ = try MP3Frames(bytes(of: output))
            let actual = try FFmpeg.samples(of: output, rate: source.rate, channels: 2)
            let silence = source.name == "a.wma" ? max(actual.count - expected.count, 0) : 0
            let result = Array(actual.dropFirst(silence))
            #expect(abs(result.count - expected.count) <= 2 * 1152)
            let starts = stride(from: 0, to: min(expected.count, result.count) - window, by: window)
            return (
                signalToNoise(expected, result),
                starts.map { signalToNoise(Array(expected[$0..<$0 + window]), Array(result[$0..<$0 + window])) }
            )
        }
        let serial = try quality(threads: 1)
        #expect(serial.whole > 10)
        for threads in 2...4 {
            let joined = try quality(threads: threads)
            #expect(joined.whole > serial.whole - 0.5, "\(joined.whole), not \(serial.whole)")
            let losses = zip(serial.parts, joined.parts).map { $0 - $1 }
            #expect((losses.max() ?? 0) < 3, "\(losses)")
        }
    }

    /// Rates that MP3 does not have, against ffmpeg's own resampling.
    @Test(arguments: [(96000, 48000), (88200, 44100), (192_000, 48000)])
    func resamples(rate: Int, outputRate: Int) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("in.wav"), directory.path("out.mp3"))
        try FFmpeg.run(FFmpeg.tones(seconds: 5, rate: rate) + ["-c:a", "pcm_s24le", input])
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let expected = try FFmpeg.samples(of: input, rate: outputRate, channels: 2)
        let actual = try FFmpeg.samples(of: output, rate: outputRate, channels: 2)
        #expect(abs(actual.count - expected.count) <= 4)
        #expect(signalToNoise(expected, actual) > 20)
    }

    /// Converts a source, and compares with ffmpeg's decoding of it.
    private func verify(_ input: String, _ source: Source) throws {
        let output = input + ".mp3"
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(report.damagedPackets == 0)
        _ = try MP3Frames(bytes(of: output))
        let expected = try FFmpeg.samples(of: input, rate: source.rate, channels: source.channels)
        let actual = try FFmpeg.samples(of: output, rate: source.rate, channels: source.channels)
        // libavcodec gives no sound for the first one or two packets of WMA. ffmpeg lets what follows start too early;
        // here it starts when its time stamps say (`LateSoundTests.isInTimeWithThePicture`).
        let silence = report.codec?.hasPrefix("wma") == true ? max(actual.count - expected.count, 0) : 0
        #expect(silence <= 2 * 4096)
        #expect(abs(actual.count - silence - expected.count) <= 1152 * source.channels)
        #expect(abs(report.produced - 3) < 0.1)
        #expect(expected.contains { abs($0) > 0.05 })
        #expect(signalToNoise(expected, Array(actual.dropFirst(silence))) > source.quality)
    }
}
