import Foundation
import TestSupport
import Testing

@Suite("Killed and started again")
struct KillTests {
    /// Where the service is when it is killed.
    enum Moment: String, CaseIterable {
        case claimed, converting, published
    }

    @Test("SIGKILL, then a restart: exactly one MP3 and one letter", arguments: Moment.allCases)
    func killed(at moment: Moment) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let first = try await appliance.serve()
        try await appliance.drop(try await Videos.long(), as: "long.mp4")
        let spool = appliance.root.appending(path: ".spool")
        try await eventually("it is \(moment.rawValue)") {
            switch moment {
            case .claimed: FileManager.default.fileExists(atPath: spool.appending(path: "1.source").path)
            case .converting: Self.size(spool.appending(path: "1.mp3")) > 100_000
            case .published: appliance.names("outbox") == ["long.mp3"]
            }
        }
        try await first.program.end(SIGKILL)

        let second = try await appliance.serve()
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is kept") { appliance.names("done") == ["long.mp4"] }
        #expect(appliance.names("outbox") == ["long.mp3"])
        #expect(abs(try await Videos.duration(appliance.folder("outbox").appending(path: "long.mp3")) - 1200) < 0.1)
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        try await second.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == [])
        #expect(try appliance.letters.count == 1)
    }

    @Test("A stop while converting is clean, and the next start finishes the job")
    func stopped() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let first = try await appliance.serve()
        try await appliance.drop(try await Videos.long(), as: "long.mp4")
        let audio = appliance.root.appending(path: ".spool/1.mp3")
        try await eventually("it is converting") {
            guard Self.size(audio) > 100_000 else { return false }
            // It goes no further before the stop ends it.
            for pid in HeldConverter.converters(of: first) { kill(pid, SIGSTOP) }
            return true
        }
        try await first.stop()
        #expect(appliance.names("outbox") == [])
        let second = try await appliance.serve()
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        #expect(appliance.names("outbox") == ["long.mp3"])
        try await second.stop()
    }

    @Test("A second service on the same directories is refused")
    func second() async throws {
        let appliance = try Appliance()
        let server = try await appliance.serve()
        let refused = try await appliance.command("serve")
        #expect(refused.status == 75)
        #expect(refused.errors.contains("another soundspool is serving from"))
        try await server.stop()
    }

    /// Zero also where it is gone.
    private static func size(_ url: URL) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: url.path))?[.size] as? Int ?? 0
    }
}
