import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Sound whose container's clock is not what it seems.
@Suite struct ClockTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let picture = ["-c:v", "mpeg4", "-c:a"]

    /// Makes a film of twelve seconds, converts it, and returns how much longer the MP3 is than the sound.
    private func excess(_ name: String, _ arguments: [String], before: [String] = []) throws -> Double {
        let path = directory.path(name)
        try FFmpeg.run(
            FFmpeg.picture(seconds: 12) + before + FFmpeg.tones(seconds: 12, rate: 44100) + arguments + [path])
        return try excess(path)
    }

    private func excess(_ path: String) throws -> Double {
        let report = try Transcoder().convert(path, directory.path("out.mp3"))
        #expect(report.reason == nil, "\(report)")
        #expect(report.damagedPackets == 0)
        return try report.produced - Double(FFmpeg.samples(of: path, rate: 44100, channels: 1).count) / 44100
    }

    /// Packets that are stamped when they arrive, in bursts: the sound has no holes.
    @Test(arguments: [
        ("bursts.mkv", "PTS+if(lt(mod(PTS*TB\\,1)\\,0.15)\\,(0.15-mod(PTS*TB\\,1))/TB\\,0)"),
        ("late.mkv", "ceil(PTS*TB/0.25)*0.25/TB"), ("early.flv", "floor(PTS*TB/0.25)*0.25/TB"),
    ])
    func burstsAreNoGaps(name: String, stamps: String) throws {
        let (even, path) = (directory.path("even.mkv"), directory.path(name))
        try FFmpeg.run(
            FFmpeg.picture(seconds: 12) + FFmpeg.tones(seconds: 12, rate: 44100) + ["-c:v", "flv", "-c:a", "aac", even])
        try FFmpeg.run(["-i", even, "-c", "copy", "-bsf:a", "setts=ts=\(stamps)", path])
        let excess = try excess(path)
        #expect((-0.03...0.3).contains(excess), "\(excess)")
    }

    /// As VirtualDub writes MP3 of a variable rate: bytes at the average rate, which are early in loud parts.
    @Test func averageRatesAreNoGaps() throws {
        let path = directory.path("a.avi")
        let swelling = "aevalsrc='if(lt(mod(t,8),4),0.3*(random(0)-0.5),0.2*sin(3000*t))':s=44100:d=24"
        try FFmpeg.run(
            FFmpeg.picture(seconds: 24) + ["-f", "lavfi", "-i", swelling] + Self.picture
                + ["libmp3lame", "-q:a", "5", path])
        var bytes = try bytes(of: path)
        let sound = try FFmpeg.run(["-i", path, "-map", "0:a", "-c", "copy", "-f", "data", "-"]).count
        let header = try #require(bytes.firstRange(of: Array("auds".utf8))).lowerBound
        let format = try #require(bytes[header...].firstRange(of: Array("strf".utf8))).upperBound + 4
        // `AVISTREAMHEADER`: scale, rate, length and sample size; `WAVEFORMATEX`: average bytes, block alignment.
        for (offset, value) in [(header + 20, 1), (header + 24, sound / 24), (header + 32, sound), (header + 44, 1)] {
            bytes.replaceSubrange(offset..<offset + 4, with: Self.little(value, 4))
        }
        bytes.replaceSubrange(format + 8..<format + 14, with: Self.little(sound / 24, 4) + Self.little(1, 2))
        let excess = try excess(directory.write(bytes, to: "average.avi"))
        #expect(abs(excess) < 0.03, "\(excess)")
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// Late sound is late, and not lost.
    @Test(arguments: [
        ("mp3.wmv", ["libmp3lame"]), ("a.wmv", ["wmav2"]), ("mp3.flv", ["libmp3lame", "-c:v", "flv1"]),
        ("a.flv", ["aac", "-c:v", "flv1"]), ("a.ogv", ["libvorbis", "-c:v", "libtheora"]), ("a.mkv", ["aac"]),
    ])
    func lateIsNotLost(name: String, codecs: [String]) throws {
        let excess = try excess(name, Self.picture + codecs, before: ["-itsoffset", "2"])
        // Of WMA, ffmpeg leaves out the start.
        #expect((1.95...2.2).contains(excess), "\(excess)")
    }

    /// A part of a film that keeps the whole one's time.
    @Test(arguments: ["8", "3600"])
    func partsBeginWithTheFilm(offset: String) throws {
        let excess = try excess("part.mkv", Self.picture + ["aac", "-output_ts_offset", offset])
        #expect(abs(excess) < 0.03, "\(excess)")
    }

    /// A part of a stream: its pages count from the stream's beginning.
    @Test func recordedOpusIsWhole() throws {
        try FFmpeg.run(
            FFmpeg.tones(seconds: 12, rate: 48000)
                + ["-c:a", "libopus", "-f", "segment", "-segment_time", "4", directory.path("part%d.opus")])
        for part in 0...2 {
            let excess = try excess(directory.path("part\(part).opus"))
            #expect(abs(excess) < 0.03, "\(excess)")
        }
    }

    /// The second has a rate of its own, and the clock counts on in the first's.
    @Test(arguments: [(22050, 44100), (44100, 48000), (48000, 44100)])
    func joinedSoundsFollow(first: Int, second: Int) throws {
        var joined: [UInt8] = []
        for (index, rate) in [first, second].enumerated() {
            let path = directory.path("\(index).ogg")
            try FFmpeg.run(FFmpeg.tones(seconds: 5, rate: rate) + ["-c:a", "libvorbis", path])
            joined += try bytes(of: path)
        }
        let path = try directory.write(joined, to: "joined.ogg")
        let report = try Transcoder().convert(path, directory.path("out.mp3"))
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 10) < 0.05)
    }

    /// Whoever writes into a pipe cannot say how long it will be.
    @Test(arguments: ["wav", "caf"])
    func whatComesOutOfAPipeIsWhole(format: String) throws {
        let piped = try FFmpeg.run(FFmpeg.tones(seconds: 4, rate: 44100) + ["-f", format, "-"])
        let excess = try excess(directory.write(Array(piped), to: "piped"))
        #expect(abs(excess) < 0.001, "\(excess)")
    }
}
