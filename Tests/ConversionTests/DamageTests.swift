import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Files that have all their bytes, but not the right ones.
@Suite struct DamageTests {
    enum Damage: CaseIterable {
        case zeros
        case noise
        case removed

        /// Bytes whose middle part, four tenths, is lost.
        func apply(to bytes: [UInt8]) -> [UInt8] {
            let middle = bytes.count * 3 / 10..<bytes.count * 7 / 10
            var result = bytes
            switch self {
            case .zeros: result.replaceSubrange(middle, with: repeatElement(0, count: middle.count))
            case .noise:
                var state: UInt64 = 5
                for index in middle {
                    state = state &* 6_364_136_223_846_793_005 &+ 1
                    result[index] = UInt8(truncatingIfNeeded: state >> 56)
                }
            case .removed: result.removeSubrange(middle)
            }
            return result
        }
    }

    @Test(arguments: [
        ("a.mp4", ["-c:a", "aac"]), ("a.mkv", ["-c:a", "aac"]),
        ("a.webm", ["-c:v", "libvpx", "-deadline", "realtime"]),
        ("a.ts", ["-c:a", "aac"]), ("a.mpg", ["-c:v", "mpeg2video"]), ("a.avi", ["-c:v", "mpeg4"]),
        ("a.flv", ["-c:v", "flv1", "-c:a", "aac"]), ("a.wmv", []), ("a.ogv", []), ("a.flac", ["-vn"]),
        ("a.wav", ["-vn", "-c:a", "adpcm_ms"]), ("a.mp3", ["-vn", "-write_xing", "0"]), ("a.aac", ["-vn"]),
        ("tagged.mp3", ["-vn"]),
    ])
    func lostMiddle(name: String, arguments: [String]) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(name)
        try FFmpeg.run(
            FFmpeg.tones(seconds: 12, rate: 44100) + FFmpeg.picture(seconds: 12) + ["-preset", "ultrafast"] + arguments
                + [input])
        let whole = try bytes(of: input)
        for damage in Damage.allCases {
            // Any bytes are ADPCM, and a transport stream without its middle is how recordings are cut. Bare frames that are
            // not there leave no trace.
            if name == "a.wav" && damage != .removed { continue }
            if ["a.ts", "a.mp3", "a.aac"].contains(name) && damage == .removed { continue }
            let report = try Transcoder().convert(
                directory.write(damage.apply(to: whole), to: "damaged"), directory.path("out.mp3"))
            #expect([.damaged, .incomplete].contains(report.reason), "\(damage): \(report)")
            #expect(report.message?.isEmpty == false)
        }
    }

    /// libavformat looks for the next page of an Ogg file in small steps, and each is an error.
    @Test func theSoundBehindALongHoleIsNotForgotten() throws {
        let directory = try TemporaryDirectory()
        let input = directory.path("a.ogg")
        try FFmpeg.run(["-f", "lavfi", "-i", "anoisesrc=d=90:r=44100:a=0.5", "-ac", "2", "-c:a", "flac", input])
        var bytes = try bytes(of: input)
        try #require(bytes.count > 9_000_000)
        let middle = bytes.count / 2 - 3_000_000..<bytes.count / 2 + 3_000_000
        bytes.replaceSubrange(middle, with: repeatElement(0, count: middle.count))
        let report = try Transcoder().convert(directory.write(bytes, to: "damaged"), directory.path("out.mp3"))
        #expect(report.reason == .damaged, "\(report)")
        #expect(abs((report.promised ?? 0) - 90) < 0.1)
    }

    /// What stands behind the last frame is no sound.
    @Test(arguments: ["a.mp3", "a.aac"])
    func rubbishBehindBareFramesIsLeftOut(name: String) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(name)
        try FFmpeg.run(
            FFmpeg.tones(seconds: 5, rate: 44100) + (name == "a.mp3" ? ["-write_xing", "0"] : []) + [input])
        let tail = [UInt8](repeating: 0x20, count: 60_000)
        let report = try Transcoder(preset: .voice).convert(
            directory.write(bytes(of: input) + tail, to: "longer"), directory.path("out.mp3"))
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 5) < 0.1)
    }

    @Test func aLittleDamageIsReportedOnly() throws {
        let directory = try TemporaryDirectory()
        let input = directory.path("a.mp4")
        try FFmpeg.run(FFmpeg.tones(seconds: 20, rate: 44100) + [input])
        var bytes = try bytes(of: input)
        for index in bytes.count / 2..<bytes.count / 2 + 600 { bytes[index] = 0xFF }
        let report = try Transcoder().convert(directory.write(bytes, to: "damaged"), directory.path("out.mp3"))
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 20) < 1024 / 44100)
        #expect(report.damagedPackets > 0)
        // What was lost is silence, so that what follows comes when it did.
        let whole = try FFmpeg.samples(of: input, rate: 44100, channels: 2)
        let result = try FFmpeg.samples(of: directory.path("out.mp3"), rate: 44100, channels: 2)
        let end = 2 * 15 * 44100..<2 * 19 * 44100
        #expect(signalToNoise(Array(whole[end]), Array(result[end])) > 20)
    }
}
