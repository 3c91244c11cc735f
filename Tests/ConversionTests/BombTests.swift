import ConversionContract
import Foundation
import Testing

/// Small files that ask for much: each is refused, or converted for the little that it is, in bounded memory.
@Suite struct BombTests {
    typealias Reason = ConversionReport.Reason

    /// Why each is refused; nil where what there is of sound is converted.
    private static let reasons: [String: Reason?] = [
        "day-before-copied-sound": .overLimit, "day-of-silence": .overLimit,
        "day-of-silence-without-a-promise": .overLimit, "years-in-flac": .overLimit,
        "years-in-mp4": .damaged, "years-in-mp4-table": .overLimit, "years-in-mkv": .damaged, "endless-in-mkv": nil,
        "years-between-two-samples": .overLimit, "gaps-between-all-blocks": .overLimit,
        "giant-sample-tables": .overLimit, "giant-tables-without-entries": .overLimit, "giant-atoms": .incomplete,
        "giant-media": .incomplete, "giant-samples": .incomplete, "giant-block": .incomplete, "giant-tag": nil,
        "many-giant-pictures": .noAudio, "giant-attachments": nil, "many-tags": .overLimit,
        "streams-in-mp4": .overLimit, "streams-in-mkv": .overLimit, "streams-within-the-limit": .damaged,
        "streams-in-transport-stream": .unsupported, "channels-65535-in-wav": .unsupported,
        "channels-255-in-wav": .overLimit, "channels-65535-in-mp4": .unsupported, "edits": .overLimit, "chapters": nil,
        "nested-elements": nil, "nested-chapters": nil, "nested-boxes": .unsupported, "empty-boxes": .unsupported,
        "empty-boxes-within": .unsupported, "empty-elements": .unsupported, "empty-chunks": nil,
        "empty-pages": .unsupported, "empty-flash-tags": .unsupported, "empty-packets": .unsupported,
        "empty-objects": .unsupported, "avi-index-of-itself": .noAudio, "rate-1-hz": .overLimit,
        "rate-10-mhz": .overLimit, "rate-1-hz-in-mp4": .overLimit, "rate-10-mhz-in-mkv": .overLimit,
        "rate-below-zero": .unsupported, "blocks-of-nothing": nil, "blocks-of-65535": .damaged,
        "sample-behind-all-files": .noAudio, "avi-index-behind-all-files": .noAudio,
        "long-index": nil, "long-index-of-single-samples": .damaged, "long-index-behind-the-file": .damaged,
        "long-index-of-giants": .damaged, "long-index-of-nothing": .damaged, "long-index-of-years": .damaged,
        "long-index-with-too-many-chunks": .damaged, "long-index-without-times": .damaged,
        "long-index-of-nonsense": .damaged,
        "block-of-a-million-samples": nil, "block-of-four-million-samples": .damaged,
    ]

    /// Seconds of processor time. What is built for tests is slower than what is shipped, of which `bombs.py all` demands 5.
    private static let processorTime = 30.0

    /// What the sandbox allows with two threads, and the libraries.
    private static let memory = (512 + 2 * 32 + 64) << 20

    @Test(arguments: reasons)
    func isDefused(name: String, reason: Reason?) throws {
        let end = try HostileMedia.run("bombs.py", on: name, as: HostileMedia.Ending.self)
        #expect(!end.timedOut)
        // What is built for tests may come to the limit of processor time before it sees what is wrong.
        #expect(end.report.reason == reason || (reason != nil && end.report.reason == .overLimit), "\(end)")
        let status: ConversionContract.ExitStatus =
            switch reason {
            case nil: .converted
            case .incomplete: .incomplete
            default: .cannotBeConverted
            }
        #expect(end.status == status.rawValue, "\(end)")
        #expect(end.memory <= Self.memory, "\(end)")
        #expect(end.cpu <= Self.processorTime, "\(end)")
    }

    @Test func allAreTried() throws {
        #expect(try HostileMedia.names("bombs.py") == Set(Self.reasons.keys))
    }
}
