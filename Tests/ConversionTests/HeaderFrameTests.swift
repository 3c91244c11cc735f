import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// The header frame that players read length, seek points and padding from (Xing, and LAME's extension of it).
@Suite struct HeaderFrameTests {
    struct Header {
        var frames: Int
        var bytes: Int
        /// For each hundredth of the sound, where it is in the file in 256ths.
        var seekTable: [Int]
        var delay: Int
        var padding: Int
        var encoder: String

        /// Behind the side information of the first frame: `Xing` or `Info`, flags, frames, bytes, 100 entries,
        /// quality, and LAME's 9 bytes of name; delay and padding are 21 bytes from the name on.
        init(_ file: [UInt8]) throws {
            let offset = try #require(
                (file.firstRange(of: Array("Xing".utf8)) ?? file.firstRange(of: Array("Info".utf8)))?.lowerBound)
            func number(_ position: Int, _ count: Int) throws -> Int {
                try Int(#require(file.bigEndian(at: offset + position, count: count)))
            }
            try #require(number(4, 4) == 15)
            (frames, bytes) = try (number(8, 4), number(12, 4))
            seekTable = file[offset + 16..<offset + 116].map { Int($0) }
            encoder = String(decoding: file[offset + 120..<offset + 129], as: UTF8.self)
            let gapless = try number(141, 3)
            (delay, padding) = (gapless >> 12, gapless & 0xFFF)
        }
    }

    @Test(
        arguments: [1, 2, 3],
        [(44100, Preset.standard), (44100, .voice), (48000, .standard), (22050, .small), (8000, .high)])
    func tellsTheTruth(threads: Int, source: (rate: Int, preset: Preset)) throws {
        let (rate, preset) = source
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("in.wav"), directory.path("out.mp3"))
        // Loud and quiet, so that the bytes are not even.
        try FFmpeg.run(FFmpeg.tones(seconds: 17.3, rate: rate) + ["-af", "afade=d=15", input])
        let report = try Transcoder(preset: preset, threads: threads).convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let file = try bytes(of: output)
        let header = try Header(file)
        let frameLength = SoundFormat(sampleRate: rate, channels: 1).frameLength
        let count = Int((17.3 * Double(rate)).rounded())
        let start = 10 + file[6..<10].reduce(0) { $0 << 7 | Int($1) }
        let frames = try MP3Frames(file)
        #expect(header.frames == frames.headers.count - 1)
        #expect(header.bytes == file.count - start)
        #expect(header.encoder.hasPrefix("LAME"))
        #expect(header.frames * frameLength - header.delay - header.padding == count)
        let samples = try FFmpeg.samples(of: output, rate: rate, channels: 1)
        #expect(samples.count == count)
        // Each entry is at most one before its frame, and never more than two percent of the sound off.
        var positions = [frames.headers[0].frameLength]
        for header in frames.headers.dropFirst() { positions.append((positions.last ?? 0) + header.frameLength) }
        for (percent, entry) in header.seekTable.enumerated() {
            let offset = entry * header.bytes / 256
            let frame = positions.firstIndex { $0 >= offset } ?? 0
            #expect(abs(frame * 100 - percent * header.frames) <= 2 * header.frames, "\(percent) %")
        }
    }

    /// The padding of sound that is copied is the source's own, and what it was given to start where it does.
    @Test(arguments: ["a.mp3", "a.mp4"])
    func ofCopiesToo(name: String) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path(name), directory.path("out.mp3"))
        try FFmpeg.run(FFmpeg.tones(seconds: 5, rate: 44100) + ["-c:a", "libmp3lame", input])
        let report = try Transcoder().convert(input, output)
        #expect(report.encoder?.hasPrefix("MP3 copied") == true, "\(report)")
        let file = try bytes(of: output)
        let header = try Header(file)
        let start = 10 + file[6..<10].reduce(0) { $0 << 7 | Int($1) }
        #expect(try header.frames == MP3Frames(file).headers.count - 1)
        #expect(header.bytes == file.count - start)
        let samples = try FFmpeg.samples(of: output, rate: 44100, channels: 1)
        #expect(samples.count == Int((report.produced * 44100).rounded()))
        #expect(abs(samples.count - 5 * 44100) < 1152)
    }
}
