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
        ("a.wav", ["-vn", "-c:a", "adpcm_ms"]),
    ])
    func lostMiddle(name: String, arguments: [String]) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(name)
        try FFmpeg.run(
            FFmpeg.tones(seconds: 12, rate: 44100) + FFmpeg.picture(seconds: 12) + ["-preset", "ultrafast"] + arguments
                + [input])
        let whole = try bytes(of: input)
        for damage in Damage.allCases {
            // Any bytes are ADPCM, and a transport stream without its middle is how recordings are cut.
            if name == "a.wav" && damage != .removed || name == "a.ts" && damage == .removed { continue }
            let report = try Transcoder().convert(
                directory.write(damage.apply(to: whole), to: "damaged"), directory.path("out.mp3"))
            #expect([.damaged, .incomplete].contains(report.reason), "\(damage): \(report)")
            #expect(report.message?.isEmpty == false)
        }
    }

    @Test func aLittleDamageIsReportedOnly() throws {
        let directory = try TemporaryDirectory()
        let input = directory.path("a.mp4")
        try FFmpeg.run(FFmpeg.tones(seconds: 20, rate: 44100) + [input])
        var bytes = try bytes(of: input)
        for index in bytes.count / 2..<bytes.count / 2 + 600 { bytes[index] = 0xFF }
        let report = try Transcoder().convert(directory.write(bytes, to: "damaged"), directory.path("out.mp3"))
        #expect(report.reason == nil, "\(report)")
        #expect(abs(report.produced - 20) < 0.2)
        #expect(report.damagedPackets > 0)
    }
}
