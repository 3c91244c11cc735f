import Domain
import Foundation
import Testing

@testable import Storage

/// The rows of the table in `SpoolRecovery` of jobs that have ended, but whose original is still in the spool.
struct ArchiveRecoveryTests {
    private let start: RecoveredWorld
    private var world: World { start.world }

    init() throws { start = try RecoveredWorld() }

    @Test func `published, and the original has both names: it is archived once`() async throws {
        let job = try await world.job(.published, of: try await world.account(), drop: "film.mp4")
        try FileManager.default.linkItem(
            atPath: world.root + "/.spool/\(job.id).source", toPath: world.root + "/home/ada/done/film.mp4")
        #expect(try await start.recover().archived == [job.id])
        #expect(try world.names(in: "home/ada/done") == ["film.mp4"])
        #expect(try world.spoolFiles.isEmpty)
        try await start.expectSettled()
    }

    @Test func `published, and the source is in the spool: done`() async throws {
        let published = try await world.job(.published, of: try await world.account())
        #expect(try await start.recover().archived == [published.id])
        #expect(try world.names(in: "home/ada/done/talks") == ["film.mp4"])
        #expect(try world.spoolFiles.isEmpty)
        #expect(try await world.ledger.letters.counts() == ["queued": 1])
        try await start.expectSettled()
    }

    @Test(arguments: [(JobState.failed, "There is no sound."), (.cancelled, "Cancelled.")])
    func `failed or cancelled, and the source is in the spool: failed, with the reason`(
        state: JobState, reason: String
    ) async throws {
        let ended = try await world.job(state, of: try await world.account())
        #expect(try await start.recover().archived == [ended.id])
        #expect(try world.names(in: "home/ada/failed/talks") == ["film.mp4", "film.mp4.txt"])
        #expect(try world.read("home/ada/failed/talks/film.mp4.txt").contains(reason))
        #expect(try world.spoolFiles.isEmpty)
        try await start.expectSettled()
    }

    /// One account whose directory cannot be used must not keep the whole service from starting.
    @Test func `one account's trouble does not keep others from being recovered`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let stuck = try await world.job(.failed, of: ada)
        _ = try await world.job(.failed, of: bob)
        try FileManager.default.removeItem(atPath: world.root + "/home/ada/failed")
        try world.write("in the way", to: "home/ada/failed")
        await #expect(throws: Never.self) { _ = try await start.recover() }
        #expect(try world.names(in: "home/bob/failed/talks") == ["film.mp4", "film.mp4.txt"])
        #expect(try world.spoolFiles == ["\(stuck.id).source"])
    }
}
