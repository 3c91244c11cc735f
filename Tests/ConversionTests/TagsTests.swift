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

    /// What names the film goes along; what tells of the person or the device stays behind.
    @Test(arguments: ["a.mp4", "a.mkv", "a.ogg"])
    func tagsOfTheSource(name: String) throws {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path(name), directory.path("out.mp3"))
        let tags = [
            "title": "Ein Käfer", "artist": "Ada", "album": "Filme", "date": "2024", "comment": "Zwei\nZeilen",
            "location": "+52.5+013.4/", "make": "Camera", "model": "X", "com.apple.quicktime.location.ISO6709": "+1+2/",
        ]
        try FFmpeg.run(
            FFmpeg.tones(seconds: 1, rate: 44100) + tags.flatMap { ["-metadata", "\($0.key)=\($0.value)"] }
                + ["-movflags", "use_metadata_tags", input])
        let report = try Transcoder().convert(input, output)
        #expect(report.reason == nil, "\(report)")
        let written = try #require(String(data: FFmpeg.run(["-i", output, "-f", "ffmetadata", "-"]), encoding: .utf8))
        for line in ["title=Ein Käfer", "artist=Ada", "album=Filme", "date=2024", "comment=Zwei\\\nZeilen"] {
            #expect(written.contains(line), "\(written)")
        }
        for word in ["52.5", "Camera", "location", "model"] { #expect(!written.contains(word), "\(written)") }
        #expect(try Array(bytes(of: output).prefix(4)) == Array("ID3\u{4}".utf8))
    }
}
