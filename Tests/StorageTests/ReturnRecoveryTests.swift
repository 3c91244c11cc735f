import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Storage

/// Stops between the steps of what is undone: a drop given back, a claim of something else, an MP3 withdrawn.
struct ReturnRecoveryTests {
    private let world: World

    init() throws { world = try World() }

    private func recover() async throws -> SpoolRecovery.Findings {
        try await SpoolRecovery(ledger: world.ledger, spool: world.spool).run()
    }

    private func note(_ job: Job) async throws {
        try await world.ledger.incompleteDrops.note(
            job.drop, of: job.account, try world.spool.sourceStatus(job.id), isInInbox: false)
    }

    @Test func `found incomplete, but still in the spool: converted again`() async throws {
        let job = try await world.job(.converting, of: try await world.account())
        try await note(job)
        #expect(try await recover().queuedAgain == [job.id])
        #expect(try world.spoolFiles == ["\(job.id).source"])
    }

    @Test func `found incomplete, and back in the inbox: no job, and it is known there`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.converting, of: ada, drop: "film.mp4")
        try await note(job)
        let status = try #require(try world.spool.giveBack(job, to: ada.name))
        #expect(try await recover().foundReturned == [job.id])
        #expect(try await world.ledger.jobs.jobs().isEmpty)
        #expect(try world.read("home/ada/inbox/film.mp4") == "sound")
        let known = try await world.ledger.incompleteDrops.known([job.drop], of: ada.id)[job.drop]
        #expect(known?.isUntouched(status) == true)
        #expect(known?.isSettled == true)
        #expect(try await recover().isEmpty)
        #expect(try await world.ledger.letters.counts() == [:])
    }

    @Test func `giving back changes no time, and replaces nothing`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.converting, of: ada, drop: "film.mp4")
        let before = try world.spool.sourceStatus(job.id)
        try world.write("newer", to: "home/ada/inbox/film.mp4")
        #expect(try world.spool.giveBack(job, to: ada.name) == nil)
        #expect(try world.read("home/ada/inbox/film.mp4") == "newer")
        try FileManager.default.removeItem(atPath: world.root + "/home/ada/inbox/film.mp4")
        let after = try #require(try world.spool.giveBack(job, to: ada.name))
        #expect(after.modified == before.modified)
        #expect(after.identity == before.identity)
    }

    @Test func `claiming, and something else is in the spool: it goes back`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.claiming, of: ada, drop: "film.mp4")
        let path = world.root + "/.spool/\(job.id).source"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
        #expect(try await recover().droppedClaims == [job.id])
        #expect(try world.spoolFiles.isEmpty)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: world.root + "/home/ada/inbox/film.mp4")
                == "/etc/passwd")
    }

    @Test func `claiming, something else is in the spool, and its place is taken: failed`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.claiming, of: ada, drop: "film.mp4")
        let path = world.root + "/.spool/\(job.id).source"
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        try world.write("newer", to: "home/ada/inbox/film.mp4")
        #expect(try await recover().archived == [job.id])
        #expect(try await world.ledger.jobs.job(job.id)?.failure?.reason == "changed")
        #expect(try world.names(in: "home/ada/failed") == ["film.mp4", "film.mp4.txt"])
        #expect(try world.read("home/ada/inbox/film.mp4") == "newer")
    }

    @Test(arguments: [false, true])
    func `cancelled between link and transaction: the MP3 is withdrawn, but not what took its name`(
        isExchanged: Bool
    ) async throws {
        let ada = try await world.account()
        let job = try await world.job(.converting, of: ada)
        try world.write("audio", to: ".spool/\(job.id).mp3")
        let output = try #require(DropPath("talks/film.mp3"))
        try await world.ledger.jobs.reserveOutput(output, duration: 2.5, for: job.id)
        try world.spool.link(job.id, to: output, in: try world.tree.open(.outbox, of: ada.name))
        if isExchanged {
            try FileManager.default.moveItem(
                atPath: world.root + "/home/ada/outbox/talks/film.mp3", toPath: world.root + "/home/ada/outbox/mine.mp3"
            )
            try world.write("another", to: "home/ada/outbox/talks/film.mp3")
        }
        _ = try await world.ledger.jobs.cancel(job.id)
        _ = try await recover()
        #expect(try world.names(in: "home/ada/outbox/talks") == (isExchanged ? ["film.mp3"] : []))
        #expect(try world.spoolFiles.isEmpty)
        #expect(try await world.ledger.letters.counts() == [:])
    }

    @Test func `claims that broke off are ended while the service runs, but not those of uploads`() async throws {
        let ada = try await world.account()
        let claimed = try await world.job(.claiming, of: ada, drop: "film.mp4")
        let drop = try #require(DropPath("upload.mp4"))
        let upload = try await world.ledger.jobs.beginClaim(
            account: ada.id, drop: drop, preset: .standard, size: 5, isUpload: true)
        let findings = try await SpoolRecovery(ledger: world.ledger, spool: world.spool).recoverClaims()
        #expect(findings == SpoolRecovery.Findings(queuedAgain: [claimed.id]))
        #expect(try await world.ledger.jobs.job(upload.id)?.state == .claiming)
    }

    @Test func `an original that could not be archived is archived when it can be`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.published, of: ada, drop: "film.mp4")
        let recovery = SpoolRecovery(ledger: world.ledger, spool: world.spool)
        #expect(try await recovery.archiveEnded(before: .now - 60).isEmpty, "it is still in other hands")
        try FileManager.default.removeItem(atPath: world.root + "/home/ada/done")
        try world.write("in the way", to: "home/ada/done")
        #expect(try await recovery.archiveEnded(before: .now + 1).unarchived.keys.sorted() == [job.id])
        try FileManager.default.removeItem(atPath: world.root + "/home/ada/done")
        try world.tree.make(for: ada.name)
        #expect(try await recovery.archiveEnded(before: .now + 1).archived == [job.id])
        #expect(try world.names(in: "home/ada/done") == ["film.mp4"])
    }
}
