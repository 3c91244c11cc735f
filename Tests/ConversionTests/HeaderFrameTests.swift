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
        verifySeekTable(of: header, frames)
    }

    /// Each entry is at most one before its frame, and never more than two percent of the sound off.
    private func verifySeekTable(of header: Header, _ frames: MP3Frames) {
        var positions = [frames.headers[0].frameLength]
        for header in frames.headers.dropFirst() { positions.append((positions.last ?? 0) + header.frameLength) }
        for (percent, entry) in header.seekTable.enumerated() {
            let offset = entry * header.bytes / 256
            let frame = positions.firstIndex { $0 >= offset } ?? 0
            #expect(abs(frame * 100 - percent * header.frames) <= 2 * header.frames, "\(percent) %")
        }
    }

    /// A player that seeks by the table plays what the source has there; so does one that reads up to there.
    @Test(arguments: ["encoded", "copied"])
    func playersSeek(kind: String) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(kind == "copied" ? "in.mp3" : "in.wav")
        // A tone that rises by 100 Hz a second tells when it is; noise on the first half makes the bytes uneven.
        let sound = "0.3*sin(2*PI*t*(500+50*t))+lt(t,20)*0.05*(random(0)-0.5)"
        try FFmpeg.run(
            ["-f", "lavfi", "-i", "aevalsrc='\(sound)':s=44100:d=40"]
                + (kind == "copied" ? ["-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "0"] : []) + [input])
        let output = directory.path("out.mp3")
        let report = try Transcoder(preset: .standard).convert(input, output)
        #expect(report.reason == nil, "\(report)")
        #expect((report.encoder?.hasPrefix("MP3 copied") == true) == (kind == "copied"))
        let file = try bytes(of: output)
        let header = try Header(file)
        verifySeekTable(of: header, try MP3Frames(file))
        // An even table would do for even bytes.
        #expect(header.seekTable.enumerated().contains { abs($1 - $0 * 256 / 100) > 15 }, "\(header.seekTable)")
        for second in [4.0, 13, 21, 30, 37] {
            let byTable = try time(of: output, soughtTo: second, ["-usetoc", "1"])
            #expect(abs(byTable - second) < 0.02 * 40 + 0.1, "\(second) s")
            #expect(abs(try time(of: output, soughtTo: second) - second) < 0.1, "\(second) s")
        }
        // With a table of zeros, ffmpeg is led to the start: it does go by the table.
        let table = try #require(file.firstRange(of: header.seekTable.map { UInt8($0) }))
        var misled = file
        misled.replaceSubrange(table, with: repeatElement(0, count: table.count))
        let path = try directory.write(misled, to: "misled.mp3")
        #expect(try time(of: path, soughtTo: 30, ["-usetoc", "1"]) < 5)
    }

    /// Seconds at which the rising tone sounds as ffmpeg plays it when it was told to seek.
    private func time(of path: String, soughtTo second: Double, _ options: [String] = []) throws -> Double {
        let data = try FFmpeg.run(
            options + ["-ss", "\(second)", "-i", path, "-t", "0.2", "-ar", "44100", "-ac", "1", "-f", "f32le", "-"])
        let samples = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        try #require(samples.count == 8820)
        // Where the tone comes from below; noise alone does not.
        var (crossings, isBelow) = ([Int](), false)
        for (index, sample) in samples.enumerated() {
            if sample > 0.1, isBelow { crossings.append(index) }
            if abs(sample) > 0.1 { isBelow = sample < 0 }
        }
        let (first, last) = (try #require(crossings.first), try #require(crossings.last))
        let frequency = Double(crossings.count - 1) / Double(last - first) * 44100
        // In the middle between them, the tone has 500 + 100 t Hz.
        return (frequency - 500) / 100 - Double(first + last) / 2 / 44100
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
        verifySeekTable(of: header, try MP3Frames(file))
        let samples = try FFmpeg.samples(of: output, rate: 44100, channels: 1)
        #expect(samples.count == Int((report.produced * 44100).rounded()))
        #expect(abs(samples.count - 5 * 44100) < 1152)
    }
}
