import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Sources of many kinds become MP3s with the same samples.
@Suite struct RoundTripTests {
    struct Source: Sendable, CustomTestStringConvertible {
        var name: String
        var arguments: [String]
        var rate = 44100
        var channels = 2
        var hasPicture = true
        /// Decibels that the MP3 keeps at least.
        var quality = 20.0

        var testDescription: String { "\(name) \(arguments.joined(separator: " "))" }
    }

    static let sources = [
        Source(name: "a.mp4", arguments: ["-c:a", "aac", "-movflags", "+faststart"]),
        Source(name: "b.mp4", arguments: ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"], rate: 48000),
        Source(name: "c.mov", arguments: ["-c:a", "pcm_s16le"], rate: 48000),
        Source(name: "d.mkv", arguments: ["-c:a", "flac"]),
        Source(name: "e.mkv", arguments: ["-c:a", "ac3"], rate: 48000),
        Source(name: "f.webm", arguments: ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"], rate: 48000),
        Source(name: "g.webm", arguments: ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"]),
        Source(name: "h.avi", arguments: ["-c:v", "mpeg4", "-c:a", "libmp3lame"]),
        Source(name: "i.ts", arguments: ["-c:a", "aac"], rate: 48000),
        Source(name: "j.mpg", arguments: ["-c:v", "mpeg2video", "-c:a", "mp2"], rate: 48000),
        Source(name: "k.flv", arguments: ["-c:v", "flv1", "-c:a", "aac"]),
        Source(name: "l.wma", arguments: ["-c:a", "wmav2"], hasPicture: false),
        Source(name: "m.ogg", arguments: ["-c:a", "libvorbis"], hasPicture: false),
        Source(name: "n.wav", arguments: [], hasPicture: false),
        Source(name: "o.flac", arguments: [], hasPicture: false),
        Source(name: "p.mp3", arguments: [], hasPicture: false),
        Source(name: "q.m4a", arguments: ["-c:a", "alac"], hasPicture: false),
        Source(name: "r.aac", arguments: [], hasPicture: false),
        Source(name: "s.aiff", arguments: [], hasPicture: false),
        Source(name: "t.wav", arguments: [], rate: 22050, channels: 1, hasPicture: false),
        Source(name: "u.wav", arguments: [], rate: 8000, channels: 1, hasPicture: false),
    ]

    @Test(arguments: sources)
    func keepsTheSamples(source: Source) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(source.name)
        let output = directory.path("out.mp3")
        let picture = source.hasPicture ? FFmpeg.picture(seconds: 4) + ["-preset", "ultrafast"] : []
        try FFmpeg.run(
            FFmpeg.tones(seconds: 4, rate: source.rate) + picture + ["-ac", "\(source.channels)"] + source.arguments + [
                input
            ])
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect(report.damagedPackets == 0)
        let expected = try FFmpeg.samples(
            of: input, rate: source.rate, channels: source.channels)
        let actual = try FFmpeg.samples(of: output, rate: source.rate, channels: source.channels)
        #expect(abs(actual.count - expected.count) <= 1152 * source.channels)
        #expect(abs(report.produced - 4) < 0.1)
        #expect(signalToNoise(expected, actual) > source.quality)
    }
}
