import Foundation
import TestSupport
import Testing

@Suite("The journey of a drop")
struct JourneyTests {
    @Test("A copied video becomes an MP3, a letter, and an original that is kept")
    func copied() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.short(), as: "lesson one.mp4")
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        #expect(appliance.names("outbox") == ["lesson one.mp3"])
        #expect(appliance.names("inbox") == [])
        try await eventually("the original is kept") { appliance.names("done") == ["lesson one.mp4"] }
        let seconds = try await Videos.duration(appliance.folder("outbox").appending(path: "lesson one.mp3"))
        #expect(abs(seconds - 5) < 0.1)
        let letter = try #require(try appliance.letters.first)
        #expect(letter.contains("To: ada@example.org"))
        #expect(letter.contains("Subject: Your MP3 is ready: lesson one.mp3"))
        try await eventually("STATUS.txt counts it") { appliance.statusText().contains("Done today: 1") }
        try await server.stop()
    }

    @Test("A film whose sound ends before its picture is converted", arguments: ["short.avi", "short.flv"])
    func soundEndsFirst(name: String) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.endsSilent(name), as: name)
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        #expect(appliance.names("outbox") == ["short.mp3"])
        #expect(appliance.names("failed") == [])
        try await server.stop()
    }

    @Test("Folders are kept, and a folder named after a preset chooses it")
    func folders() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let folder = appliance.folder("inbox").appending(path: "week 1/@voice")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await appliance.drop(try await Videos.short(), as: "week 1/@voice/talk.mp4")
        try await eventually("it is published") { appliance.names("outbox").contains("week 1/talk.mp3") }
        let probe = try await Program("/usr/bin/ffprobe").run([
            "-v", "error", "-show_entries", "stream=channels,bit_rate", "-of", "default=noprint_wrappers=1",
            appliance.folder("outbox").appending(path: "week 1/talk.mp3").path,
        ])
        #expect(probe.output == "channels=1\nbit_rate=64000\n")
        try await server.stop()
    }

    @Test("What was dropped while the service was down is taken when it starts")
    func whileDown() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        try await appliance.drop(try await Videos.short(), as: "early.mp4")
        let server = try await appliance.serve()
        try await eventually("it is published") { appliance.names("outbox") == ["early.mp3"] }
        try await server.stop()
    }

    @Test("A name that is taken in the outbox is never overwritten")
    func nameTaken() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let taken = appliance.folder("outbox").appending(path: "song.mp3")
        try Data("mine".utf8).write(to: taken)
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.short(), as: "song.mp4")
        try await eventually("it is published beside it") {
            appliance.names("outbox") == ["song (2).mp3", "song.mp3"]
        }
        #expect(try String(contentsOf: taken, encoding: .utf8) == "mine")
        try await server.stop()
    }

    @Test("Real videos", .enabled(if: !Videos.real.isEmpty, "`make test` fetches them"))
    func real() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        for video in Videos.real { try await appliance.drop(video, as: video.lastPathComponent) }
        try await eventually("each has ended") {
            // A damaged one may look cut off, and waits for its rest.
            try await appliance.jobs().filter {
                ["published", "failed"].contains($0.state) || $0.reason == "incomplete"
            }.count == Videos.real.count
        }
        for job in try await appliance.jobs() {
            let video = try #require(Videos.real.first { $0.lastPathComponent == job.name })
            // What has no sound, or sound that ffmpeg cannot decode either, is to fail.
            let decoded = try await Program("/usr/bin/ffmpeg").run([
                "-v", "error", "-nostdin", "-i", video.path, "-map", "0:a", "-f", "null", "-",
            ])
            let isSound = decoded.status == 0 && decoded.errors.isEmpty
            let ends = isSound ? ["published"] : ["failed", "waiting"]
            #expect(ends.contains(job.state), "\(job.name): \(job.state), \(job.message ?? "")")
        }
        #expect(try await appliance.jobs().contains { $0.state == "published" })
        try await server.stop()
    }
}
