import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Sources that are not converted, and what is said of them.
@Suite struct RefusalTests {
    private func convert(_ bytes: [UInt8], _ transcoder: Transcoder = Transcoder()) throws -> ConversionReport {
        let directory = try TemporaryDirectory()
        return try transcoder.convert(directory.write(bytes, to: "in"), directory.path("out.mp3"))
    }

    private func make(_ name: String, _ arguments: [String]) throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        try FFmpeg.run(arguments + [directory.path(name)])
        return try bytes(of: directory.path(name))
    }

    @Test(arguments: [
        String(repeating: "This is a letter, not a film.\n", count: 1),
        String(repeating: "All work and no play. ", count: 5000),
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile /etc/passwd\n", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=audio 5004 RTP/AVP 0\n",
        "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>", "PK\u{3}\u{4}", "x",
    ])
    func textIsUnsupported(text: String) throws {
        let report = try convert(Array(text.utf8))
        #expect(report.reason == .unsupported, "\(report)")
        #expect(report.exitStatus == .cannotBeConverted)
        #expect(report.message?.hasPrefix("This is not a video") == true)
    }

    @Test func picturesAreUnsupported() throws {
        for name in ["a.png", "a.jpg", "a.gif"] {
            let report = try convert(make(name, FFmpeg.picture(seconds: 0.04) + ["-frames:v", "1"]))
            #expect(report.reason == .unsupported, "\(name): \(report)")
        }
    }

    @Test func noiseIsUnsupported() throws {
        var state: UInt64 = 7
        let noise = (0..<300_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        let report = try convert(noise)
        #expect([.unsupported, .damaged].contains(report.reason), "\(report)")
    }

    @Test(arguments: ["silent.mp4", "silent.mkv", "silent.webm", "silent.avi", "silent.ts", "silent.flv"])
    func videoWithoutSoundHasNone(name: String) throws {
        let codec = name.hasSuffix("webm") ? "libvpx" : name.hasSuffix("flv") ? "flv1" : "mpeg4"
        let report = try convert(make(name, FFmpeg.picture(seconds: 1) + ["-c:v", codec]))
        #expect(report.reason == .noAudio, "\(report)")
        #expect(report.message == "The video has no sound.")
        #expect(report.exitStatus == .cannotBeConverted)
    }

    @Test func anEmptyFileIsIncomplete() throws {
        let report = try convert([])
        #expect(report.reason == .incomplete)
        #expect(report.message == "The file is empty.")
    }

    @Test func aCodecOutsideTheListIsUnsupported() throws {
        let report = try convert(
            make("a.mkv", FFmpeg.tones(seconds: 1, rate: 44100) + ["-c:a", "truehd", "-strict", "-2"]))
        #expect(report.reason == nil, "\(report)")
        let other = try convert(
            make("a.mkv", FFmpeg.tones(seconds: 1, rate: 44100) + ["-c:a", "sonic", "-strict", "-2"]))
        #expect(other.reason == .unsupported, "\(other)")
        #expect(other.codec == "sonic")
    }

    @Test func limitsHold() throws {
        let bytes = try make("a.flac", FFmpeg.tones(seconds: 5, rate: 44100))
        let long = try convert(bytes, Transcoder(limits: ConversionLimits(duration: 4)))
        #expect(long.reason == .overLimit)
        #expect(long.message == "The sound is longer than 4 seconds, the most that is converted.")
        let large = try convert(bytes, Transcoder(limits: ConversionLimits(outputBytes: 20_000)))
        #expect(large.reason == .overLimit)
        #expect(large.message == "The MP3 would be larger than 20 kB, the most that is written.")
        let aac = try make("a.aac", FFmpeg.tones(seconds: 5, rate: 44100))
        #expect(try convert(aac, Transcoder(limits: ConversionLimits(duration: 4))).reason == .overLimit)
    }
}
