import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Storage

/// Every row of the table in `SpoolRecovery`, built by hand. Each is recovered twice: a crash may come in recovery too.
struct SpoolRecoveryTests {
    private let world: World

    init() throws { world = try World() }

    private func recover() async throws -> SpoolRecovery.Findings {
        try await SpoolRecovery(ledger: world.ledger, spool: world.spool).run()
    }

    private func job(_ id: Job.ID) async throws -> Job? { try await world.ledger.jobs.job(id) }

    /// Checks that recovering again finds nothing to do and changes nothing.
    private func expectSettled(except strangers: [String] = []) async throws {
        let (jobs, files) = (try await world.ledger.jobs.jobs(), try allFiles())
        let letters = try await world.ledger.letters.counts()
        let findings = try await recover()
        #expect(findings == SpoolRecovery.Findings(strangers: strangers))
        #expect(try await world.ledger.jobs.jobs() == jobs)
        #expect(try await world.ledger.letters.counts() == letters)
        #expect(try allFiles() == files)
    }

    private func allFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: world.root)
            .filter { !$0.hasPrefix("state") }.sorted()
    }

    @Test func `nothing to be done`() async throws {
        #expect(try await recover().isEmpty)
        let ada = try await world.account()
        let queued = try await world.job(.queued, of: ada)
        #expect(try await recover().isEmpty)
        #expect(try await job(queued.id) == queued)
        #expect(try world.spoolFiles == ["\(queued.id).source"])
    }

    @Test func `claiming, and the source is in the spool: queued`() async throws {
        let claim = try await world.job(.claiming, of: try await world.account())
        #expect(try await recover().queuedAgain == [claim.id])
        #expect(try await job(claim.id)?.state == .queued)
        #expect(try world.spoolFiles == ["\(claim.id).source"])
        try await expectSettled()
    }

    @Test func `claiming, and no source: the row is dropped and the drop stays`() async throws {
        let claim = try await world.job(.claiming, of: try await world.account())
        let root = world.root
        try FileManager.default.moveItem(
            atPath: "\(root)/.spool/\(claim.id).source", toPath: root + "/home/ada/inbox/film.mp4")
        #expect(try await recover().droppedClaims == [claim.id])
        #expect(try await job(claim.id) == nil)
        #expect(try world.read("home/ada/inbox/film.mp4") == "sound")
        try await expectSettled()
    }

    @Test func `converting, output reserved, and the MP3 is in the outbox: published, once`() async throws {
        let converting = try await world.job(.converting, of: try await world.account())
        try world.write("audio", to: ".spool/\(converting.id).mp3")
        let output = try #require(DropPath("talks/film.mp3"))
        try await world.ledger.jobs.reserveOutput(output, duration: 2.5, for: converting.id)
        try world.spool.link(
            converting.id, to: output, in: try world.tree.open(.outbox, of: #require(AccountName("ada"))))

        let findings = try await recover()
        #expect(findings.foundPublished == [converting.id])
        #expect(findings.archived == [converting.id])
        let published = try #require(try await job(converting.id))
        #expect(published.state == .published)
        #expect(published.output == output)
        #expect(published.duration == 2.5)
        #expect(
            try await world.ledger.letters.takeNext(.mail)?.items.map(\.subject) == [
                .completed(output: output, duration: 2.5)
            ])
        #expect(try world.read("home/ada/outbox/talks/film.mp3") == "audio")
        #expect(try world.names(in: "home/ada/outbox/talks") == ["film.mp3"])
        #expect(try world.read("home/ada/done/talks/film.mp4") == "sound")
        #expect(try world.spoolFiles.isEmpty)
        try await expectSettled()
    }

    enum Leftover: CaseIterable {
        case nothing, halfAnMP3, reservedOnly, reservedAndWhole
    }

    @Test(arguments: Leftover.allCases)
    func `converting, and anything else: queued again`(leftover: Leftover) async throws {
        let converting = try await world.job(.converting, of: try await world.account())
        if leftover == .halfAnMP3 || leftover == .reservedAndWhole {
            try world.write("audio", to: ".spool/\(converting.id).mp3")
        }
        if leftover == .reservedOnly || leftover == .reservedAndWhole {
            let output = try #require(DropPath("talks/film.mp3"))
            try await world.ledger.jobs.reserveOutput(output, duration: 2.5, for: converting.id)
        }
        #expect(try await recover().queuedAgain == [converting.id])
        let queued = try #require(try await job(converting.id))
        #expect(queued.state == .queued)
        #expect(queued.attempts == 0)
        #expect(queued.interruptions == 1)
        #expect(queued.output == nil)
        #expect(try world.spoolFiles == ["\(converting.id).source"])
        #expect(try await world.ledger.letters.counts() == [:])
        #expect(try await world.ledger.jobs.takeNext()?.attempts == 1)
    }

    @Test func `ends of the service say nothing of a drop until they are many, and come slower`() async throws {
        let id = try await world.job(.converting, of: try await world.account()).id
        for number in 1...3 {
            #expect(try await recover().queuedAgain == [id])
            let taken = try #require(try await world.ledger.jobs.takeNext())
            #expect(taken.attempts == 1)
            #expect(taken.interruptions == number)
        }
        _ = try await recover()
        #expect(try await world.ledger.jobs.takeNext() == nil)
        #expect(try #require(try await world.ledger.jobs.nextRetry()) > .now)
    }

    @Test func `a stop in good order is no end of the service`() async throws {
        let id = try await world.job(.converting, of: try await world.account()).id
        try await SpoolRecovery(ledger: world.ledger, spool: world.spool).endStopped()
        let queued = try #require(try await job(id))
        #expect(queued.state == .queued)
        #expect(queued.attempts == 0)
        #expect(queued.interruptions == 0)
    }

    @Test func `claiming, and somebody still writes to it: it goes back`() async throws {
        let claim = try await world.job(.claiming, of: try await world.account(), drop: "film.mp4")
        let writer = try Descriptor.open(world.root + "/.spool/\(claim.id).source", flags: O_WRONLY | O_APPEND)
        #expect(try await recover().droppedClaims == [claim.id])
        try writer.writeAll(" and more".utf8)
        #expect(try world.read("home/ada/inbox/film.mp4") == "sound and more")
        try await expectSettled()
    }

    /// A move by a second name, on a file system that knows no better, that broke off between the two.
    @Test func `claiming, and the drop has both names: it stays in the inbox`() async throws {
        let claim = try await world.job(.claiming, of: try await world.account(), drop: "film.mp4")
        try FileManager.default.linkItem(
            atPath: world.root + "/.spool/\(claim.id).source", toPath: world.root + "/home/ada/inbox/film.mp4")
        #expect(try await recover().droppedClaims == [claim.id])
        #expect(try world.read("home/ada/inbox/film.mp4") == "sound")
        #expect(try world.spoolFiles.isEmpty)
        try await expectSettled()
    }

    @Test func `published, and the original has both names: it is archived once`() async throws {
        let job = try await world.job(.published, of: try await world.account(), drop: "film.mp4")
        try FileManager.default.linkItem(
            atPath: world.root + "/.spool/\(job.id).source", toPath: world.root + "/home/ada/done/film.mp4")
        #expect(try await recover().archived == [job.id])
        #expect(try world.names(in: "home/ada/done") == ["film.mp4"])
        #expect(try world.spoolFiles.isEmpty)
        try await expectSettled()
    }

    enum Hindrance: CaseIterable {
        case folderIsLink, folderIsGone, outboxIsGone, outboxIsLink

        func happen(to outbox: String) throws {
            let files = FileManager.default
            let path = self == .folderIsLink || self == .folderIsGone ? outbox + "/talks" : outbox
            try files.moveItem(atPath: path, toPath: outbox + "-elsewhere")
            if self == .folderIsLink || self == .outboxIsLink {
                try files.createSymbolicLink(atPath: path, withDestinationPath: outbox + "-elsewhere")
            }
        }
    }

    @Test(arguments: Hindrance.allCases)
    func `what an owner does to the outbox keeps nobody from being recovered`(hindrance: Hindrance) async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let job = try await world.job(.converting, of: ada)
        try world.write("audio", to: ".spool/\(job.id).mp3")
        let output = try #require(DropPath("talks/film.mp3"))
        try await world.ledger.jobs.reserveOutput(output, duration: 2.5, for: job.id)
        try world.spool.link(job.id, to: output, in: try world.tree.open(.outbox, of: ada.name))
        let other = try await world.job(.converting, of: bob)
        try hindrance.happen(to: world.root + "/home/ada/outbox")
        let findings = try await recover()
        #expect(findings.foundPublished == [job.id])
        #expect(findings.queuedAgain == [other.id])
        #expect(findings.unrecovered.isEmpty)
    }

    @Test func `published, and the source is in the spool: done`() async throws {
        let published = try await world.job(.published, of: try await world.account())
        #expect(try await recover().archived == [published.id])
        #expect(try world.names(in: "home/ada/done/talks") == ["film.mp4"])
        #expect(try world.spoolFiles.isEmpty)
        #expect(try await world.ledger.letters.counts() == ["queued": 1])
        try await expectSettled()
    }

    @Test(arguments: [(JobState.failed, "There is no sound."), (.cancelled, "Cancelled.")])
    func `failed or cancelled, and the source is in the spool: failed, with the reason`(
        state: JobState, reason: String
    ) async throws {
        let ended = try await world.job(state, of: try await world.account())
        #expect(try await recover().archived == [ended.id])
        #expect(try world.names(in: "home/ada/failed/talks") == ["film.mp4", "film.mp4.txt"])
        #expect(try world.read("home/ada/failed/talks/film.mp4.txt").contains(reason))
        #expect(try world.spoolFiles.isEmpty)
        try await expectSettled()
    }

    @Test(arguments: JobState.allCases.filter { $0 != .converting })
    func `an MP3 that nobody is converting is removed`(state: JobState) async throws {
        let job = try await world.job(state, of: try await world.account())
        try world.write("audio", to: ".spool/\(job.id).mp3")
        try world.write("audio", to: ".spool/999.mp3")
        _ = try await recover()
        #expect(try world.spoolFiles.filter { $0.hasSuffix(".mp3") }.isEmpty)
        try await expectSettled()
    }

    @Test func `uploads that broke off are removed`() async throws {
        _ = try world.spool.makeUpload()
        #expect(try await recover().isEmpty)
        #expect(try world.spoolFiles.isEmpty)
    }

    @Test func `what no row knows is named and left`() async throws {
        for name in ["999.source", "notes.txt", "7", "7.wav"] { try world.write("?", to: ".spool/" + name) }
        #expect(try await recover().strangers.sorted() == ["7", "7.wav", "999.source", "notes.txt"])
        #expect(try world.spoolFiles == ["7", "7.wav", "999.source", "notes.txt"])
    }

    @Test func `many at once`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let published = try await world.job(.published, of: ada)
        let failed = try await world.job(.failed, of: bob)
        let converting = try await world.job(.converting, of: ada)
        let queued = try await world.job(.queued, of: bob)
        let claiming = try await world.job(.claiming, of: ada)
        let findings = try await recover()
        #expect(findings.queuedAgain == [converting.id, claiming.id])
        #expect(Set(findings.archived) == [published.id, failed.id])
        #expect(try world.spoolFiles == [converting, queued, claiming].map { "\($0.id).source" }.sorted())
        try await expectSettled()
    }

    /// One account whose directory cannot be used must not keep the whole service from starting.
    @Test func `one account's trouble does not keep others from being recovered`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let stuck = try await world.job(.failed, of: ada)
        _ = try await world.job(.failed, of: bob)
        try FileManager.default.removeItem(atPath: world.root + "/home/ada/failed")
        try world.write("in the way", to: "home/ada/failed")
        await #expect(throws: Never.self) { _ = try await recover() }
        #expect(try world.names(in: "home/bob/failed/talks") == ["film.mp4", "film.mp4.txt"])
        #expect(try world.spoolFiles == ["\(stuck.id).source"])
    }

    // MARK: One attempt that broke off

    @Test func `an attempt that broke off after its link is published, and leaves nothing in the spool`() async throws {
        let job = try await world.job(.converting, of: try await world.account())
        try world.write("audio", to: ".spool/\(job.id).mp3")
        let output = try #require(DropPath("talks/film.mp3"))
        try await world.ledger.jobs.reserveOutput(output, duration: 2.5, for: job.id)
        try world.spool.link(job.id, to: output, in: try world.tree.open(.outbox, of: #require(AccountName("ada"))))
        let recovery = SpoolRecovery(ledger: world.ledger, spool: world.spool)
        #expect(try await recovery.breakOff(job.id, .init(notBefore: .now))?.state == .published)
        #expect(try world.names(in: "home/ada/done/talks") == ["film.mp4"])
        #expect(try world.spoolFiles.isEmpty)
        try await expectSettled()
    }

    @Test func `an attempt that broke off is queued again after a pause`() async throws {
        let converting = try await world.job(.converting, of: try await world.account())
        try world.write("half", to: ".spool/\(converting.id).mp3")
        let recovery = SpoolRecovery(ledger: world.ledger, spool: world.spool)
        let later = Date.now + 3600
        #expect(try await recovery.breakOff(converting.id, .init(notBefore: later))?.state == .queued)
        #expect(try world.spoolFiles == ["\(converting.id).source"])
        #expect(try await world.ledger.jobs.takeNext() == nil)
    }

    @Test func `an attempt whose job was cancelled meanwhile clears up`() async throws {
        let cancelled = try await world.job(.cancelled, of: try await world.account())
        try world.write("half", to: ".spool/\(cancelled.id).mp3")
        let recovery = SpoolRecovery(ledger: world.ledger, spool: world.spool)
        #expect(try await recovery.breakOff(cancelled.id, .init(notBefore: .now)) == cancelled)
        #expect(try world.spoolFiles.isEmpty)
        #expect(try world.names(in: "home/ada/failed/talks") == ["film.mp4", "film.mp4.txt"])
    }

    @Test func `an attempt whose account was removed meanwhile leaves no MP3`() async throws {
        let ada = try await world.account()
        let converting = try await world.job(.converting, of: ada)
        try world.write("half", to: ".spool/\(converting.id).mp3")
        try await world.ledger.accounts.remove(ada.id)
        let recovery = SpoolRecovery(ledger: world.ledger, spool: world.spool)
        #expect(try await recovery.breakOff(converting.id, .init(notBefore: .now)) == nil)
        #expect(try world.spoolFiles == ["\(converting.id).source"])
    }
}
