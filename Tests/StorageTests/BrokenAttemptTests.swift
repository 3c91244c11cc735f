import Domain
import Foundation
import Testing

@testable import Storage

/// One attempt that broke off, while the service goes on.
struct BrokenAttemptTests {
    private let start: RecoveredWorld
    private var world: World { start.world }

    init() throws { start = try RecoveredWorld() }

    @Test func `an attempt that broke off after its link is published, and leaves nothing in the spool`() async throws {
        let job = try await world.job(.converting, of: try await world.account())
        try world.write("audio", to: ".spool/\(job.id).mp3")
        let output = try #require(DropPath("talks/film.mp3"))
        try await world.ledger.jobs.reserveOutput(output, duration: 2.5, for: job.id)
        try world.spool.link(job.id, to: output, in: try world.tree.open(.outbox, of: #require(AccountName("ada"))))
        let recovery = start.recovery
        #expect(try await recovery.breakOff(job.id, .init(notBefore: .now))?.state == .published)
        #expect(try world.names(in: "home/ada/done/talks") == ["film.mp4"])
        #expect(try world.spoolFiles.isEmpty)
        try await start.expectSettled()
    }

    @Test func `an attempt that broke off is queued again after a pause`() async throws {
        let converting = try await world.job(.converting, of: try await world.account())
        try world.write("half", to: ".spool/\(converting.id).mp3")
        let recovery = start.recovery
        let later = Date.now + 3600
        #expect(try await recovery.breakOff(converting.id, .init(notBefore: later))?.state == .queued)
        #expect(try world.spoolFiles == ["\(converting.id).source"])
        #expect(try await world.ledger.jobs.takeNext() == nil)
    }

    @Test func `an attempt whose job was cancelled meanwhile clears up`() async throws {
        let cancelled = try await world.job(.cancelled, of: try await world.account())
        try world.write("half", to: ".spool/\(cancelled.id).mp3")
        let recovery = start.recovery
        #expect(try await recovery.breakOff(cancelled.id, .init(notBefore: .now)) == cancelled)
        #expect(try world.spoolFiles.isEmpty)
        #expect(try world.names(in: "home/ada/failed/talks") == ["film.mp4", "film.mp4.txt"])
    }

    @Test func `an attempt whose account was removed meanwhile leaves no MP3`() async throws {
        let ada = try await world.account()
        let converting = try await world.job(.converting, of: ada)
        try world.write("half", to: ".spool/\(converting.id).mp3")
        try await world.ledger.accounts.remove(ada.id)
        let recovery = start.recovery
        #expect(try await recovery.breakOff(converting.id, .init(notBefore: .now)) == nil)
        #expect(try world.spoolFiles == ["\(converting.id).source"])
    }
}
