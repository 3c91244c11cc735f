import CFFmpeg
import Foundation
import Testing

@testable import Conversion

/// An MP4's index is shown to libav in windows: what comes of it is what comes of the whole.
@Suite struct SampleWindowsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(_ path: String, window: Int64?, track: Int = 1) throws -> PacketReading {
        try PacketReading(path, track: track) { index in
            if let window { index.windowLength = window }
            return window != nil
        }
    }

    /// ffmpeg's words for films whose index has something to it. Between pictures the sound comes in many chunks.
    private static let films: [(name: String, arguments: [String])] = [
        ("aac.mp4", ["-c:a", "aac"]),
        ("faststart.m4a", ["-c:a", "aac", "-movflags", "+faststart"]),
        ("alac.mov", ["-c:a", "alac"]),
        ("mono.mp4", ["-c:a", "aac", "-ar", "22050", "-ac", "1"]),
        // An edit list with a pause in front.
        ("late.mp4", ["-c:a", "aac", "-af", "asetpts=PTS+3/TB"]),
        // Samples of several lengths.
        ("uneven.mp4", ["-c:a", "aac", "-bsf:a", "setts=ts=TS+100*floor(N/7)"]),
        // Every seventh sample lasts 1, as where films were joined.
        ("joined.mp4", ["-c:a", "aac", "-bsf:a", "setts=ts=1024*N-1023*floor(N/7)"]),
        // What libav parses.
        ("mp3.mp4", ["-c:a", "libmp3lame"]),
        ("mp3.mov", ["-c:a", "libmp3lame"]),
        ("ac3.mp4", ["-c:a", "ac3"]),
        ("eac3.mp4", ["-c:a", "eac3"]),
    ]

    private func film(_ name: String) throws -> String {
        let path = directory.path(name)
        let arguments = try #require(Self.films.first { $0.name == name }).arguments
        try FFmpeg.run(
            FFmpeg.tones(seconds: 20, rate: 44100) + FFmpeg.picture(seconds: 20) + ["-preset", "ultrafast"] + arguments
                + [path])
        return path
    }

    @Test(arguments: films.map(\.name), [2, 30, 100] as [Int64])
    func windowsAreTheWhole(name: String, window: Int64) throws {
        let path = try film(name)
        let whole = try read(path, window: nil)
        #expect(whole.packets.count > 100)
        let parts = try read(path, window: window)
        #expect(parts.packets == whole.packets)
        #expect(parts.index < whole.packets.count / 2, "it was shown in windows")
    }

    /// As players do that were cut without being encoded anew.
    @Test func whatIsCutOffStaysAway() throws {
        let (path, cut) = (try film("aac.mp4"), directory.path("cut.mp4"))
        try FFmpeg.run(["-ss", "0.5", "-i", path, "-t", "9.3", "-c", "copy", cut])
        let whole = try read(cut, window: nil)
        #expect(whole.packets.count > 300)
        #expect(try read(cut, window: 60).packets == whole.packets)
    }

    /// A film's bytes with an edit list of the last track that ends after so many milliseconds.
    private func ending(_ path: String, after milliseconds: Int64) throws -> [UInt8] {
        var bytes = try Array(Data(contentsOf: URL(filePath: path)))
        // Behind version, flags and count comes the first entry's length.
        try bytes.write(milliseconds, at: 2, of: "elst")
        return bytes
    }

    /// Of the samples behind the end of the edit list no packet is read.
    @Test(arguments: [1000, 5017, 12345, 19999] as [Int64])
    func theEditListEnds(milliseconds: Int64) throws {
        let edited = try directory.write(ending(film("aac.mp4"), after: milliseconds), to: "edited.mp4")
        let whole = try read(edited, window: nil)
        #expect(abs(Double(whole.packets.count) - Double(milliseconds) * 44.1 / 1024) < 3)
        #expect(try read(edited, window: 20).packets == whole.packets)
    }

    /// Each seventh sample is one that lasts 1. An index with nothing else would be one of uncompressed sound.
    @Test func theEditListEndsAtASampleThatLastsOne() throws {
        let path = try film("joined.mp4")
        let bytes = try Array(Data(contentsOf: URL(filePath: path)))
        let start = try Int64(#require(bytes.bigEndian(at: bytes.box("elst") + 20, count: 4)))
        var hits = 0
        for milliseconds in 1000..<19000 as Range<Int64> {
            let end = start + (milliseconds * 44100 + 500) / 1000
            // A group of seven lasts 6 × 1024 + 1.
            guard end % 6145 == 0 else { continue }
            hits += 1
            let edited = try directory.write(ending(path, after: milliseconds), to: "edited.mp4")
            let whole = try read(edited, window: nil)
            for window in 2...8 as ClosedRange<Int64> {
                let parts = try read(edited, window: window)
                #expect(parts.packets == whole.packets)
                #expect(parts.index < whole.index)
            }
        }
        #expect(hits > 0)
    }

    /// There is nothing to divide where all samples are in one chunk.
    @Test func oneChunkIsReadWhole() throws {
        let path = directory.path("one.mp4")
        try FFmpeg.run(FFmpeg.tones(seconds: 20, rate: 44100) + ["-c:a", "aac", path])
        let edited = try directory.write(try ending(path, after: 5017), to: "edited.mp4")
        for film in [path, edited] {
            let whole = try read(film, window: nil)
            let parts = try read(film, window: 20)
            #expect(parts.packets == whole.packets)
            #expect(parts.index == whole.index)
        }
    }

    @Test func everySoundHasItsOwn() throws {
        let path = directory.path("two.mp4")
        try FFmpeg.run(
            FFmpeg.tones(seconds: 20, rate: 44100) + ["-f", "lavfi", "-i", "sine=duration=10:sample_rate=22050"]
                + ["-map", "0", "-map", "1", "-c:a", "aac", path])
        for track in 1...2 {
            let (parts, whole) = try (read(path, window: 30, track: track), read(path, window: nil, track: track))
            #expect(parts.packets == whole.packets)
            #expect(parts.bitRate == whole.bitRate, "libav chooses by it")
        }
    }

    /// Frames of what libav parses may go from one sample to the next.
    @Test(arguments: ["mp3.mp4", "ac3.mp4", "eac3.mp4"])
    func framesOverSeveralSamplesStayTogether(name: String) throws {
        var bytes = try Array(Data(contentsOf: URL(filePath: film(name))))
        let places = try bytes.box("stco") + 16
        let count = try Int(#require(bytes.bigEndian(at: places - 4, count: 4)))
        for place in stride(from: places, to: places + 4 * count, by: 4) {
            let moved = try Int64(#require(bytes.bigEndian(at: place, count: 4))) + 100
            bytes.replaceSubrange(place..<place + 4, with: TableBox.bytes(moved))
        }
        let path = try directory.write(bytes, to: "moved.mp4")
        let (whole, parts) = try (read(path, window: nil), read(path, window: 30))
        #expect(whole.packets.count > 100)
        #expect(parts.packets == whole.packets)
        #expect(parts.index == whole.index)
    }

    @Test func uncompressedSoundHasNoIndexOfSamples() throws {
        let path = directory.path("pcm.mov")
        try FFmpeg.run(FFmpeg.tones(seconds: 20, rate: 44100) + ["-c:a", "pcm_s16le", path])
        let whole = try read(path, window: nil)
        let parts = try read(path, window: 20)
        #expect(whole.packets.count > 10)
        #expect(parts.packets == whole.packets)
        #expect(parts.index == whole.index)
    }

    /// Short films are no reason for any of it.
    @Test func shortOnesAreReadWhole() throws {
        let input = try OpenFile(film("aac.mp4"))
        #expect(try MP4Tracks(of: DescriptorFile(reading: input.descriptor)).soundWindows().isEmpty)
    }

    /// An index that is not as it should be, which libav reads in its own way.
    private enum Oddity: CaseIterable {
        case compositionTimes, secondTimes, secondEdits, largeIdentifier, noIdentifier, emptyEdit, lateClock, hiddenEdit
        case negativeTimes, endlessTimes, singleTimes, endlessPause, chunkOutside, emptyChunk, evenChunks
    }

    private func film(with oddity: Oddity) throws -> [UInt8] {
        var bytes = try Array(Data(contentsOf: URL(filePath: film(oddity == .hiddenEdit ? "late.mp4" : "aac.mp4"))))
        let table = ["moov", "trak", "mdia", "minf", "stbl"]
        switch oddity {
        case .compositionTimes: try bytes.add(.box("ctts", 0, 1, 10000, 700), to: table)
        case .secondTimes: try bytes.add(.box("stts", 0, 1, 861, 1000), to: table)
        case .secondEdits:
            let edits = [UInt8].box("edts", 40, 0x656C_7374, 0, 2, 500, 0xFFFF_FFFF, 0x10000, 15000, 1024, 0x10000)
            try bytes.add(edits, to: ["moov", "trak"])
        case .largeIdentifier: try bytes.write(0x8000_0007, at: 3, of: "tkhd")
        case .noIdentifier:
            let header = try bytes.box("tkhd")
            bytes.replaceSubrange(header + 4..<header + 8, with: Array("free".utf8))
        case .emptyEdit: try bytes.write(0, at: 2, of: "elst")
        case .lateClock:
            let header = try bytes.box("mvhd")
            let size = try Int(#require(bytes.bigEndian(at: header, count: 4)))
            let clock = Array(bytes[header..<header + size])
            bytes.replaceSubrange(header + 4..<header + 8, with: Array("free".utf8))
            try bytes.add(clock, to: ["moov"])
        // There are two, and the count says one.
        case .hiddenEdit: try bytes.write(1, 4000, 0, 0x10000, at: 1, of: "elst")
        case .negativeTimes: try bytes.write(1, 0xFFFF_FFF0, at: 2, of: "stts")
        case .endlessTimes: try bytes.write(0xFFFF_FFFF, 0xFFFF_FFFF, at: 2, of: "stts")
        case .singleTimes:
            let count = try #require(bytes.bigEndian(at: bytes.box("stsz") + 16, count: 4))
            try bytes.write(1, Int64(count), 1, at: 1, of: "stts")
        case .endlessPause:
            let header = try bytes.box("edts")
            bytes.replaceSubrange(header + 4..<header + 8, with: Array("free".utf8))
            let list = [UInt8].box(
                "edts", 56, 0x656C_7374, 0x100_0000, 2, 0x02E7_1358, 0, 0xFFFF_FFFF, 0xFFFF_FFFF, 0x10000,
                0, 15000, 0, 1024, 0x10000)
            try bytes.add(list, to: ["moov", "trak"])
        case .chunkOutside: try bytes.write(0xFFFF_FFF0, at: 200, of: "stco")
        // As GStreamer writes them: no room for what tells the first apart.
        case .evenChunks:
            let old = try bytes.box("stsc")
            bytes.replaceSubrange(old + 4..<old + 8, with: Array("sgpd".utf8))
            try bytes.add(.box("stsc", 0, 1, 1, 2, 1), to: table)
            try bytes.write(200, at: 1, of: "stco")
            try bytes.write(400, at: 2, of: "stsz")
            try bytes.write(1, 400, 1024, at: 1, of: "stts")
        case .emptyChunk: for index in 100...120 { try bytes.write(0, at: index, of: "stsz") }
        }
        return bytes
    }

    @Test(arguments: Oddity.allCases, [2, 30] as [Int64])
    private func odditiesAreReadAsTheyWere(oddity: Oddity, window: Int64) throws {
        let path = try directory.write(film(with: oddity), to: "odd.mp4")
        let (whole, parts) = try (read(path, window: nil), read(path, window: window))
        #expect(parts.packets == whole.packets)
    }

    /// What a stranger writes into an index ends, one way or another: the sound is read, or it is refused.
    @Test func brokenIndexesEnd() throws {
        let whole = try Array(Data(contentsOf: URL(filePath: film("aac.mp4"))))
        let index = try #require(whole.indices.dropLast(4).last { Array(whole[$0..<$0 + 4]) == Array("moov".utf8) })
        let expected = try read(directory.write(whole, to: "broken.mp4"), window: 50).packets
        var chance = SplitMix(state: 1)
        var (windowed, refused) = (0, 0)
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &chance) {
                let place = Int.random(in: index..<bytes.count, using: &chance)
                bytes[place] =
                    [0, 1, 0x7F, 0xFF, .random(in: 0...255, using: &chance)].randomElement(using: &chance) ?? 0
            }
            do {
                let reading = try read(directory.write(bytes, to: "broken.mp4"), window: 50)
                #expect(reading.packets.count <= 4 * expected.count)
                if reading.index < expected.count / 2, reading.packets.count > reading.index { windowed += 1 }
            } catch is ConversionFailure {
                refused += 1
            } catch let error as AVError where error.code == AVError.noMemory {
                // A packet of gigabytes.
                refused += 1
            }
        }
        #expect(windowed > 10)
        #expect(refused > 0)
    }
}
