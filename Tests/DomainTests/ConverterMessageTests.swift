import ConversionContract
import Foundation
import Testing

/// What a converter says is a stranger's word: what is read of it is harmless to reckon with and to show.
struct ConverterMessageTests {
    private func message(_ json: String) -> ConverterMessage? { ConverterMessage(line: Data(json.utf8)) }

    private func reading(_ members: String) -> ConversionReport? {
        guard
            case .report(let report) = message(
                #"{"report":{"preset":"standard","damagedPackets":0,"produced":1\#(members)}}"#)
        else { return nil }
        return report
    }

    @Test func `an honest message is read as it is`() throws {
        let report = ConversionReport(
            container: "mov", codec: "aac", promised: 596.5, produced: 596.4, preset: .voice, encoder: "LAME 3.100",
            damagedPackets: 3, loudness: Loudness(integrated: -23.4, peak: 1.02),
            tracks: [SoundTrack(index: 2, language: "de", title: "Größe")], track: 2, reason: .damaged, message: "No.")
        for message in [
            ConverterMessage.report(report), .progress(ConversionProgress(position: 12.5, duration: 596.5)),
            .progress(ConversionProgress(position: 0, duration: nil)),
        ] {
            #expect(try ConverterMessage(line: message.line()) == message)
        }
    }

    @Test(arguments: [
        ("1e300", "1e300", 1e9, 1e9), ("-1", "-1e300", 0, 0), ("1e-300", "1e-307", 1e-300, 1e-307),
        ("1.7976931348623157e308", "0", 1e9, 0),
    ])
    func `seconds stay within what can be reckoned with`(
        position: String, duration: String, readPosition: Double, readDuration: Double
    ) {
        #expect(
            message(#"{"progress":{"position":\#(position),"duration":\#(duration)}}"#)
                == .progress(ConversionProgress(position: readPosition, duration: readDuration)))
    }

    @Test(arguments: ["1e400", "NaN", "null", "\"1\"", "-1e400"])
    func `what is no number is no message`(position: String) {
        #expect(message(#"{"progress":{"position":\#(position)}}"#) == nil)
    }

    @Test func `a report's numbers do too`() throws {
        let text = #","promised":1e300,"loudness":{"integrated":-1e300,"peak":1e300},"track":-9223372036854775808"#
        let report = try #require(reading(text))
        #expect(report.promised == 1e9)
        #expect(report.loudness == Loudness(integrated: -1000, peak: 1e9))
        #expect(report.track == 1)
    }

    @Test func `texts are short, and steer no terminal`() throws {
        let long = String(repeating: "ü", count: 3000)
        let tracks = (1...40).map { _ in
            #"{"index":-7,"language":"\u001b[2J","title":"\#(String(repeating: "t", count: 20))\r","isAuxiliary":false,"isDefault":true}"#
        }
        let report = try #require(
            reading(
                #","message":"\u001b]0;x\u0007\r\n\u202e\#(long)","encoder":"\u009b1m","codec":"a\u2028","container":"\u0000""#
                    + #","tracks":[\#(tracks.joined(separator: ","))]"#))
        let message = try #require(report.message)
        #expect(message.hasPrefix("\u{FFFD}]0;x\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}ü"))
        #expect((990...1000).contains(message.utf8.count))
        #expect(report.encoder == "\u{FFFD}1m")
        #expect(report.codec == "a\u{FFFD}")
        #expect(report.container == "\u{FFFD}")
        #expect(report.tracks?.count == ConversionReport.maximumTracks)
        let track = SoundTrack(
            index: 1, language: "\u{FFFD}[2J", title: String(repeating: "t", count: 20) + "\u{FFFD}", isDefault: true)
        #expect(report.tracks?.first == track)
    }

    @Test func `a language that is none is not one that a file could be named for`() {
        let tracks = ["../../etc/cron", "deu", "x\u{1B}", "", "a/b", "EN-gb"].enumerated().map {
            SoundTrack(index: $0 + 1, language: $1)
        }
        #expect(SoundTrack.oneALanguage(tracks).map(\.language) == ["und", "de", "en"])
    }
}
