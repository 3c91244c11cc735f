import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// What goes along with the sound, as other programs read it.
@Suite struct ID3TagTests {
    private let directory: TemporaryDirectory
    private let output: String

    init() throws {
        directory = try TemporaryDirectory()
        output = directory.path("out.mp3")
    }

    @Test(arguments: ["a.mp4", "a.mkv"], ["aac", "libmp3lame"])
    func tagsAndChapters(name: String, codec: String) throws {
        let description = try directory.write(
            Array(
                """
                ;FFMETADATA1
                title=Ein Käfer 🎬
                artist=Ada
                comment=Zwei Wörter
                [CHAPTER]
                TIMEBASE=1/1000
                START=0
                END=1500
                title=Anfang
                [CHAPTER]
                TIMEBASE=1/1000
                START=1500
                END=4000
                title=Schluß
                """.utf8), to: "metadata")
        let input = directory.path(name)
        try FFmpeg.run(
            FFmpeg.tones(seconds: 4, rate: 44100) + FFmpeg.picture(seconds: 4) + [
                "-i", description, "-map_metadata", "2", "-preset", "ultrafast", "-c:a", codec, input,
            ])
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let tags = try Mutagen.read(output)
        #expect(tags.version == [2, 4, 0])
        #expect(tags.texts["TIT2"] == "Ein Käfer 🎬")
        #expect(tags.texts["TPE1"] == "Ada")
        #expect(tags.texts["COMM::XXX"] == "Zwei Wörter")
        #expect(tags.chapters.map(\.title) == ["Anfang", "Schluß"])
        #expect(tags.chapters.map(\.start) == [0, 1500])
        #expect(abs((tags.chapters.last?.end ?? 0) - 4000) < 60)
        #expect(tags.contents == ["chp0", "chp1"])
        #expect(abs(tags.length - 4) < 0.1)
        let probed = try FFmpeg.run(["-i", output, "-f", "ffmetadata", "-"])
        #expect(String(decoding: probed, as: UTF8.self).contains("title=Schluß"))
    }

    @Test(arguments: [("cover.jpg", "mjpeg", "image/jpeg"), ("cover.png", "png", "image/png")], ["a.mp4", "a.mkv"])
    func covers(picture: (name: String, codec: String, type: String), name: String) throws {
        let (cover, input) = (directory.path(picture.name), directory.path(name))
        try FFmpeg.run(FFmpeg.picture(seconds: 1) + ["-frames:v", "1", "-update", "1", cover])
        let sound = FFmpeg.tones(seconds: 2, rate: 44100)
        try FFmpeg.run(
            name.hasSuffix("mkv")
                ? sound + ["-attach", cover, "-metadata:s:t", "mimetype=\(picture.type)", input]
                : sound + [
                    "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic", input,
                ])
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let tags = try Mutagen.read(output)
        #expect(tags.pictureType == picture.type)
        #expect(try tags.picture == Data(bytes(of: cover)))
    }

    /// EBU Tech 3341, test 1: a stereo sine of 1 kHz and −23 dBFS has −23 LUFS.
    @Test(arguments: [1, 2])
    func loudness(threads: Int) throws {
        let input = directory.path("in.wav")
        try FFmpeg.run([
            "-f", "lavfi", "-i", "aevalsrc=0.0707946*sin(2000*PI*t)|0.0707946*sin(2000*PI*t):s=48000:d=20", "-c:a",
            "pcm_f32le", input,
        ])
        let report = try Transcoder(threads: threads).convert(input, output)
        let loudness = try #require(report.loudness)
        #expect(abs((loudness.integrated ?? 0) + 23) < 0.1)
        #expect(abs(loudness.peak - 0.0708) < 0.0001)
        let tags = try Mutagen.read(output)
        let gain = try #require(tags.texts["TXXX:REPLAYGAIN_TRACK_GAIN"])
        #expect(gain.hasSuffix(" dB"))
        #expect(abs(try #require(Double(gain.dropLast(3))) - 5) < 0.1)
        #expect(tags.texts["TXXX:REPLAYGAIN_TRACK_PEAK"]?.hasPrefix("0.0707") == true)
    }

    /// However many threads measured it, and although it changes on the way.
    @Test func loudnessIsTheSameOnAnyNumberOfThreads() throws {
        let input = directory.path("in.wav")
        try FFmpeg.run(FFmpeg.tones(seconds: 30, rate: 44100) + ["-af", "afade=d=25", input])
        let loudness = try (1...4).map { try Transcoder(threads: $0).convert(input, output).loudness }
        #expect(loudness[0] != nil)
        #expect(loudness.allSatisfy { $0 == loudness[0] }, "\(loudness)")
    }

    @Test func loudnessIsLeftOutWhereNobodyWantsIt() throws {
        let input = directory.path("in.wav")
        try FFmpeg.run(FFmpeg.tones(seconds: 2, rate: 44100) + [input])
        let report = try Transcoder(loudness: .off).convert(input, output)
        #expect(report.reason == nil)
        #expect(report.loudness == nil)
        #expect(try !Mutagen.read(output).texts.keys.contains { $0.contains("REPLAYGAIN") })
    }

    @Test func silenceHasNoLoudness() throws {
        let input = directory.path("in.wav")
        try FFmpeg.run(["-f", "lavfi", "-i", "anullsrc=d=2", input])
        let report = try Transcoder().convert(input, output)
        #expect(report.loudness == Loudness(integrated: nil, peak: 0))
        #expect(try Mutagen.read(output).texts["TXXX:REPLAYGAIN_TRACK_GAIN"] == "0.00 dB")
    }

    @Test(arguments: [(-7.894, 2, "-7.89"), (0, 2, "0.00"), (-0.001, 2, "0.00"), (12.5, 0, "13"), (0.04, 3, "0.040")])
    func decimals(value: Double, places: Int, text: String) {
        #expect(Quantity.decimal(value, places: places) == text)
    }

    /// As many as the table of contents can count, in order.
    @Test func manyChapters() throws {
        let chapters = (0..<Chapter.maximumCount).map {
            Chapter(start: UInt32($0) * 10, end: UInt32($0) * 10 + 10, title: "\($0)")
        }
        let tag = ID3Tag(SourceMetadata(tags: Tags(nil), chapters: chapters), encoder: nil)
        let input = directory.path("a.wav")
        try FFmpeg.run(FFmpeg.tones(seconds: 1, rate: 44100) + [input])
        _ = try Transcoder().convert(input, output)
        let old = try bytes(of: output)
        let start = 10 + old[6..<10].reduce(0) { $0 << 7 | Int($1) }
        let tags = try Mutagen.read(directory.write(tag.bytes + old[start...], to: "many.mp3"))
        #expect(tags.chapters.map(\.title) == chapters.map(\.title))
        #expect(tags.contents.count == Chapter.maximumCount)
    }
}
