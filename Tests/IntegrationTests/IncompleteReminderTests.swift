import Foundation
import TestSupport
import Testing

@Suite("What waits for its end")
struct IncompleteReminderTests {
    @Test("Its owner is told after as long as is configured, once, also over a restart")
    func told() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let environment = ["SOUNDSPOOL_INTAKE_INCOMPLETE_AFTER": "1s"]
        let first = try await appliance.serve(environment: environment)
        let whole = try Data(contentsOf: try await Videos.medium())
        let film = appliance.folder("inbox").appending(path: "film.mkv")
        try whole.prefix(whole.count / 2).write(to: film)
        let letter = try await eventually("the letter is written") { try appliance.letters.first }
        #expect(letter.contains("Subject: Still incomplete: film.mkv"))
        #expect(letter.contains("To: ada@example.org"))
        #expect(appliance.names("inbox") == ["film.mkv"])
        try await first.stop()

        let second = try await appliance.serve(environment: environment)
        let writer = try FileHandle(forWritingTo: film)
        try writer.seekToEnd()
        try writer.write(contentsOf: whole.dropFirst(whole.count / 2))
        try writer.close()
        try await eventually("it is published") { appliance.names("outbox") == ["film.mp3"] }
        try await eventually("that letter is written") {
            try appliance.letters.contains { $0.contains("Subject: Your MP3 is ready: film.mp3") }
        }
        try await second.stop()
        #expect(try appliance.letters.count == 2)
    }
}
