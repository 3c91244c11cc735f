import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Half a file is never taken for a whole one.
@Suite struct TruncationTests {
    struct Source: Sendable, CustomTestStringConvertible {
        var name: String
        var arguments: [String]
        var testDescription: String { name }

        func make(in directory: TemporaryDirectory, seconds: Double = 6) throws -> [UInt8] {
            let path = directory.path(name)
            try FFmpeg.run(
                FFmpeg.picture(seconds: seconds) + FFmpeg.tones(seconds: seconds, rate: 44100) + [
                    "-preset", "ultrafast", "-g", "12",
                ]
                    + arguments + [path])
            return try bytes(of: path)
        }
    }

    static let sources = [
        Source(name: "faststart.mp4", arguments: ["-c:a", "aac", "-movflags", "+faststart"]),
        Source(name: "index-at-end.mp4", arguments: ["-c:a", "aac"]),
        Source(name: "fragmented.mp4", arguments: ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"]),
        Source(name: "a.mkv", arguments: ["-c:a", "aac"]),
        Source(name: "live.mkv", arguments: ["-c:a", "aac", "-live", "1"]),
        Source(name: "a.webm", arguments: ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"]),
        Source(name: "a.ts", arguments: ["-c:a", "aac"]),
        Source(name: "a.mpg", arguments: ["-c:v", "mpeg1video", "-r", "25", "-c:a", "mp2"]),
        Source(name: "a.vob", arguments: ["-c:v", "mpeg2video", "-r", "25", "-c:a", "ac3"]),
        Source(name: "a.avi", arguments: ["-c:v", "mpeg4", "-c:a", "libmp3lame"]),
        Source(name: "a.flv", arguments: ["-c:v", "flv1", "-c:a", "aac"]),
        Source(name: "a.wmv", arguments: ["-c:v", "wmv2", "-c:a", "wmav2"]),
        Source(name: "a.caf", arguments: ["-vn", "-c:a", "pcm_s16be"]),
        Source(name: "a.w64", arguments: ["-vn", "-c:a", "pcm_s16le"]),
        Source(name: "a.ogv", arguments: ["-c:v", "libtheora", "-c:a", "libvorbis"]),
    ]

    @Test(arguments: sources)
    func cutFilesAreIncomplete(source: Source) throws {
        let directory = try TemporaryDirectory()
        let whole = try source.make(in: directory)
        let output = directory.path("out.mp3")
        let report = try Transcoder().convert(directory.path(source.name), output)
        #expect(report.reason == nil, "\(report)")
        for percentage in [2, 25, 50, 75, 97] {
            // A multiple of no packet length, and on no border of a pack of 2048 bytes.
            let cut = whole.count * percentage / 100 / 188 * 188 + 101
            let input = try directory.write(Array(whole.prefix(cut)), to: "cut")
            let report = try Transcoder().convert(input, output)
            #expect(report.reason == .incomplete, "\(percentage) %: \(report)")
            #expect(report.exitStatus == .incomplete)
            #expect(report.message?.hasPrefix("The file ends too early") == true)
        }
        // What a client leaves that sets the size first and goes away halfway.
        let input = try directory.write(Array(whole.prefix(whole.count / 2)), to: "cut")
        truncate(input, off_t(whole.count))
        #expect(try Transcoder().convert(input, output).reason == .incomplete)
    }

    /// Cut where the container cannot tell: only the promised length of the film can.
    @Test func missingClustersAreIncomplete() throws {
        let directory = try TemporaryDirectory()
        let whole = try Self.sources[3].make(in: directory)
        // The Segment's size becomes "unknown", as after a crash of the writer, and the file ends before a Cluster.
        let segment = try #require(whole.firstRange(of: [0x18, 0x53, 0x80, 0x67]))
        let clusters = whole.ranges(of: [0x1F, 0x43, 0xB6, 0x75])
        try #require(clusters.count > 3)
        var bytes = Array(whole[..<clusters[clusters.count / 2].lowerBound])
        bytes.replaceSubrange(
            segment.upperBound..<segment.upperBound + 8, with: [0x01] + [UInt8](repeating: 0xFF, count: 7))
        let report = try Transcoder().convert(directory.write(bytes, to: "cut.mkv"), directory.path("out.mp3"))
        #expect([.incomplete, .damaged].contains(report.reason), "\(report)")
    }

    /// Cut between two fragments, which only the index of fragments can tell.
    @Test func missingFragmentsAreIncomplete() throws {
        let directory = try TemporaryDirectory()
        let source = Source(
            name: "a.mp4",
            arguments: ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov+global_sidx+default_base_moof"])
        let whole = try source.make(in: directory)
        let output = directory.path("out.mp3")
        #expect(try Transcoder().convert(directory.path(source.name), output).reason == nil)
        let fragments = whole.ranges(of: Array("moof".utf8))
        try #require(fragments.count > 3)
        let cut = whole[..<(fragments[fragments.count / 2].lowerBound - 4)]
        let report = try Transcoder().convert(directory.write(Array(cut), to: "cut.mp4"), output)
        #expect(report.reason == .incomplete, "\(report)")
    }

    /// A film whose sound ends before its picture is whole.
    @Test(arguments: ["short.mkv", "short.mp4", "short.flv", "short.avi", "short.wmv", "short.webm"])
    func shortSoundIsConverted(name: String) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(name)
        try FFmpeg.run(
            FFmpeg.picture(seconds: 8) + FFmpeg.tones(seconds: 3, rate: 44100) + ["-c:v", "mpeg4", "-c:a", "mp3"]
                + (name.hasSuffix("flv") ? ["-c:v", "flv1"] : [])
                + (name.hasSuffix("webm") ? ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"] : [])
                + [input])
        let report = try Transcoder().convert(input, directory.path("out.mp3"))
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 3) < 0.2)
        // The service compares the two again.
        #expect((report.promised ?? report.produced) < 3.2)
    }

    /// Nor is it needed that the film can be sought in, or that it says how long its sound is.
    @Test func shortSoundWithoutAnIndexIsConverted() throws {
        let directory = try TemporaryDirectory()
        try FFmpeg.run(
            FFmpeg.picture(seconds: 8) + FFmpeg.tones(seconds: 3, rate: 48000) + [
                "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", directory.path("whole.webm"),
            ])
        var whole = try bytes(of: directory.path("whole.webm"))
        for tag in whole.ranges(of: Array("DURATION".utf8)) { whole[tag.upperBound - 1] = UInt8(ascii: "X") }
        // The Cues become an element that nobody knows.
        for cues in whole.ranges(of: [0x1C, 0x53, 0xBB, 0x6B]) { whole[cues.upperBound - 1] = 0x6C }
        let report = try Transcoder().convert(directory.write(whole, to: "short.webm"), directory.path("out.mp3"))
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 3) < 0.2)
    }
}
