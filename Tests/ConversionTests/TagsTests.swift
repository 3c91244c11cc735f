import ConversionContract
import Foundation
import Testing

@testable import Conversion

@Suite struct TagsTests {
    @Test(arguments: [
        ("Hällo 🎬", "Hällo 🎬"), ("a\nb", "a\nb"), ("a\u{0}b\u{7}\u{1B}[31m", "ab[31m"), ("", ""),
        (String(repeating: "é", count: 5000), String(repeating: "é", count: 2048)),
    ])
    func clean(value: String, result: String) {
        #expect(Tags.clean(value) == result)
    }

    /// ID3v1 has ISO 8859-1, and libav passes it on as it is.
    @Test(
        arguments: [
            (Array("Größe".utf8), "Größe"), ([0x47, 0x72, 0xF6, 0xDF, 0x65], "Größe"), ([0xC3], "Ã"), ([], ""),
        ] as [([UInt8], String)])
    func textIsUnderstood(bytes: [UInt8], text: String) {
        #expect(
            (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { $0.baseAddress.map(Tags.text) }
                == text)
    }

    @Test func applesNamesAreUnderstood() throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("a.mov"), directory.path("out.mp3"))
        let tags = ["title": "Ein Käfer", "artist": "Ada", "creationdate": "2024-05-06T07:08:09+0200"]
        try FFmpeg.run(
            FFmpeg.tones(seconds: 1, rate: 44100)
                + tags.flatMap { ["-metadata", "com.apple.quicktime.\($0.key)=\($0.value)"] }
                + ["-movflags", "use_metadata_tags", input])
        #expect(try Transcoder().convert(input, output).reason == nil)
        let written = try #require(String(data: FFmpeg.run(["-i", output, "-f", "ffmetadata", "-"]), encoding: .utf8))
        for line in ["title=Ein Käfer", "artist=Ada", "date=2024-05-06T07:08:09+0200"] {
            #expect(written.contains(line), "\(written)")
        }
    }

    /// What names the film goes along; what tells of the person or the device stays behind.
    /// FFmpeg writes a MOV's tags by their names (`mdta`) or as user data (`©xyz`).
    @Test(arguments: ["a.mp4", "a.mkv", "a.ogg", "a.mov", "user-data.mov"])
    func tagsOfTheSource(name: String) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path(name), directory.path("out.mp3"))
        let tags = [
            "title": "Ein Käfer", "artist": "Ada", "album": "Filme", "date": "2024", "comment": "Zwei\nZeilen",
            "location": "+52.5163+013.3777/", "make": "Camera", "model": "Model",
            "com.apple.quicktime.location.ISO6709": "+48.1372+011.5756/", "com.apple.quicktime.model": "Telephone",
        ]
        try FFmpeg.run(
            FFmpeg.tones(seconds: 1, rate: 44100) + tags.flatMap { ["-metadata", "\($0.key)=\($0.value)"] }
                + (name.hasPrefix("user-data") ? [] : ["-movflags", "use_metadata_tags"]) + [input])
        #expect(try bytes(of: input).firstRange(of: Array("52.5163".utf8)) != nil, "the source has them")
        if name.hasPrefix("user-data") {
            #expect(try bytes(of: input).firstRange(of: [0xA9] + Array("xyz".utf8)) != nil)
        }
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let written = try #require(String(data: FFmpeg.run(["-i", output, "-f", "ffmetadata", "-"]), encoding: .utf8))
        for line in ["title=Ein Käfer", "artist=Ada", "album=Filme", "date=2024", "comment=Zwei\\\nZeilen"] {
            #expect(written.contains(line), "\(written)")
        }
        let bytes = try bytes(of: output)
        #expect(bytes.starts(with: Array("ID3\u{4}".utf8)))
        for word in ["52.5163", "48.1372", "Camera", "Model", "Telephone", "location", "model", "quicktime"] {
            #expect(bytes.firstRange(of: Array(word.utf8)) == nil, "\(word)")
            let wide = word.utf8.flatMap { [$0, 0] as [UInt8] }
            #expect(bytes.firstRange(of: wide) == nil, "\(word)")
        }
    }
}
