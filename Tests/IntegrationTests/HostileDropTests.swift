import Foundation
import TestSupport
import Testing

/// Hostile files through the whole service, beside an honest one.
@Suite("Hostile drops")
struct HostileDropTests {
    @Test("Each costs itself: its owner is told why, and the neighbour is converted")
    func neighbours() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let bombs = ["many-tags", "edits", "day-of-silence", "rate-1-hz"]
        for name in bombs {
            try await appliance.drop(await HostileMedia.bomb(name, in: appliance.directory), as: name + ".mp4")
        }
        try await appliance.drop(await Videos.short(), as: "film.mp4")
        try await eventually("all have ended") { try appliance.letters.count == bombs.count + 1 }
        #expect(appliance.names("outbox") == ["film.mp3"])
        for name in bombs {
            // Another's end may have sent its letter off early.
            try await eventually("its original is kept") { appliance.names("failed").contains(name + ".mp4") }
            let job = try #require(try await appliance.jobs().first { $0.name == name + ".mp4" })
            #expect(job.reason == "over-limit", "\(job)")
        }
        var letters: [String: String] = [:]
        for text in try appliance.letters {
            let letter = try await ParsedLetter.parse(text)
            letters[letter.subject] = letter.body
        }
        let reasons = [
            "many-tags": "The file has so many or so strange parts that opening it takes too long.",
            "edits": "The file has the same sound again and again: more than ",
            "day-of-silence": "The file is too small for its sound: 1 MB for more than 10:00 can only be silence.",
            "rate-1-hz": "The file is too small for its sound: 131.1 kB for more than 10:00 can only be silence.",
        ]
        for name in bombs {
            let words = letters["Could not convert \(name).mp4"] ?? ""
            #expect(words.contains(reasons[name] ?? "nothing"), "\(name): \(words)")
        }
        try await server.stop()
    }

    /// An error of the machine's would be tried again for ever, and nobody would be told.
    @Test(
        "A place that no file has is the file's fault",
        arguments: ["sample-behind-all-files", "avi-index-behind-all-files"])
    func places(name: String) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(await HostileMedia.bomb(name, in: appliance.directory), as: "film.mp4")
        try await eventually("its owner is told") {
            try appliance.letters.count == 1 || appliance.statusText().contains("A part of it is missing")
        }
        #expect(!server.program.printed.contains("attempt broke off"), "\(server.program.printed)")
        try await server.stop()
    }
}
