import Foundation
import TestSupport
import Testing

/// A converter that its drops have taken over, in the service itself: whatever it says is only read, wherever that is shown.
@Suite("A converter that lies")
struct LyingConverterTests {
    /// Whether a text can neither steer a terminal nor begin a line of its own.
    private func expectHarmless(_ text: String, _ place: String) {
        let scalars = text.replacing("\r\n", with: "\n").unicodeScalars
        let steering = scalars.filter { $0 != "\n" && $0 != "\t" && Self.isUnprintable($0) }
        #expect(steering.isEmpty, "\(place): \(steering.map(\.value))")
        #expect(!text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("Bcc:") }, "\(place): \(text)")
        // Sentences end at 1000 bytes.
        #expect(!text.contains(String(repeating: "ü", count: 600)), "\(place)")
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: ("\u{202A}"..."\u{202E}").contains(scalar)
        }
    }

    @Test(
        "Its words reach letter, journal, metrics, STATUS.txt, page and command line as words, and a neighbour its MP3")
    func words() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let programs = try LyingConverter.programs()
        defer { try? FileManager.default.removeItem(at: programs) }
        let server = try await appliance.serve(programs: programs)
        for drop in LyingConverter.lies.keys {
            let file = appliance.directory.url.appending(path: drop)
            try Data(drop.utf8).write(to: file)
            try await appliance.drop(file, as: drop + ".mp4")
        }
        try await appliance.drop(await Videos.short(), as: "film.mp4")
        try await eventually("the first crash is told on the command line") {
            let list = try await appliance.command("job", "list").output
            expectHarmless(list, "job list")
            return list.contains("is repeated: the converter crashed: ") && list.contains("Bcc: eve@example.org")
        }
        try await eventually("all have ended") { try appliance.letters.count == LyingConverter.lies.count + 1 }
        #expect(appliance.names("outbox") == ["film.mp3"])
        // Another's end may have sent a letter off early.
        try await eventually("the originals are kept") {
            appliance.names("failed") == LyingConverter.lies.keys.flatMap { ["\($0).mp4", "\($0).mp4.txt"] }.sorted()
        }

        try await expectHarmlessFiles(appliance)
        expectHarmless(server.program.printed, "the journal")
        #expect(server.program.printed.contains("Bcc: eve@example.org"), "what a crash said is in the journal")
        for command in [["job", "list"], ["job", "list", "--json"], ["status"]] {
            let result = try await Program(built: "soundspool").run(
                command + ["--config", appliance.configuration.path])
            #expect(result.status == 0)
            expectHarmless(result.output, command.joined(separator: " "))
        }
        try await expectHarmlessAnswers(server)
        try await server.stop()
    }

    /// Letters, notes and STATUS.txt.
    private func expectHarmlessFiles(_ appliance: Appliance) async throws {
        for letter in try appliance.letters {
            let parsed = try await ParsedLetter.parse(letter)
            #expect(parsed.defects.isEmpty)
            #expect(!parsed.names.contains { ["bcc", "cc"].contains($0.lowercased()) })
            expectHarmless(parsed.subject + "\n" + parsed.body, "a letter")
            #expect(parsed.html?.contains("<script") != true)
        }
        #expect(try appliance.letters.contains { $0.unquoted.contains("&lt;script&gt;") })
        for note in appliance.names("failed").filter({ $0.hasSuffix(".txt") }) {
            expectHarmless(
                try String(contentsOf: appliance.folder("failed").appending(path: note), encoding: .utf8), note)
        }
        try await eventually("STATUS.txt has all") { appliance.statusText().contains("Bcc: eve@example.org") }
        expectHarmless(appliance.statusText(), "STATUS.txt")
    }

    /// The page, the API and the metrics.
    private func expectHarmlessAnswers(_ server: Appliance.Server) async throws {
        var client = try HTTPClient(server)
        try await client.signIn()
        let page = try await client.call("/", "-H", "Accept: text/html")
        #expect(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "\(page.body)")
        #expect(!page.body.contains("<script>alert"))
        expectHarmless(page.body, "the page")
        let jobs = try await client.call("/api/v1/jobs")
        #expect(jobs.body.contains("Bcc: eve@example.org"))
        expectHarmless(jobs.body, "the jobs")
        let metrics = try await client.call("/metrics")
        #expect(metrics.status == 200)
        let isMetric = /#.*|[a-z_]+(\{[a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*\})? [0-9.e+-]+/
        for line in metrics.body.split(separator: "\n") {
            #expect(line.wholeMatch(of: isMetric) != nil, "\(line)")
            #expect(!line.contains("alert"))
        }
        expectHarmless(metrics.body, "the metrics")
    }
}
