import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A converter that crashes")
struct CrashTests {
    @Test("SIGSEGV in one of ten conversions costs that one, and its owner hears why")
    func oneOfTen() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        try await appliance.addAccount("eve")
        let server = try await appliance.serve()
        // Alone in its account, so that its converter is known from it; long, so that it is met while at work.
        try await appliance.drop(try await Videos.endless(), as: "victim.mp4", for: "eve")
        let killing = Task {
            // Once may be the machine's fault; the second crash is held against the file.
            for attempt in 1...2 {
                try await eventually("conversion \(attempt) of the victim has begun") {
                    let rows = try await appliance.json([Appliance.JobRow].self, "job", "list", "--account", "eve")
                    guard let row = rows.first, row.attempts == attempt, let id = row.id else { return false }
                    return Self.crashConverter(of: id, in: appliance)
                }
            }
        }
        let short = try await Videos.short()
        for number in 1...9 { try await appliance.drop(short, as: "\(number).mp4") }
        try await killing.value

        try await eventually("all ten have ended") { try appliance.letters.count == 10 }
        #expect(appliance.names("outbox") == (1...9).map { "\($0).mp3" })
        #expect(appliance.names("outbox", of: "eve") == [])
        // Another's end may have sent its letter off early.
        try await eventually("the original is kept") {
            appliance.names("failed", of: "eve") == ["victim.mp4", "victim.mp4.txt"]
        }
        let rows = try await appliance.json([Appliance.JobRow].self, "job", "list", "--account", "eve")
        #expect(rows.map(\.state) == ["failed"])
        #expect(rows.first?.message == "The video is damaged in a way that stops the conversion.")
        #expect(rows.first?.attempts == 2)
        let letter = try #require(try appliance.letters.first { $0.contains("To: eve@") })
        let words = try await ParsedLetter.parse(letter).body
        #expect(words.contains("victim.mp4"))
        #expect(words.contains("The video is damaged in a way that stops the conversion."), "\(words)")
        #expect(server.program.printed.contains("signal 11"), "the journal has the cause")
        try await server.stop()
    }

    /// Sends SIGSEGV to the program that has the job's source open and has begun to write its MP3.
    private static func crashConverter(of job: Int64, in appliance: Appliance) -> Bool {
        let spool = appliance.root.appending(path: ".spool")
        let source = spool.appending(path: "\(job).source").path
        let audio = spool.appending(path: "\(job).mp3").path
        guard let size = try? FileManager.default.attributesOfItem(atPath: audio)[.size] as? Int, size > 0 else {
            return false
        }
        for pid in (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap({ pid_t($0) }) ?? [] {
            let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? ""
            guard program.hasSuffix("/soundspool-convert") else { continue }
            let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
            let isIts = descriptors.contains {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")) == source
            }
            if isIts { return kill(pid, SIGSEGV) == 0 }
        }
        return false
    }
}
