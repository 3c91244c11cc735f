import Domain
import Foundation
import Testing

@testable import Storage

/// The rows of the table in `SpoolRecovery` of conversions and of files, built by hand.
/// Each is recovered twice: a crash may come in recovery too.
struct SpoolRecoveryTests {
    private let start: RecoveredWorld
    private var world: World { start.world }

    init() throws { start = try RecoveredWorld() }

    @Test func `nothing to be done`() async throws {
        #expect(try await start.recover().isEmpty)
        let ada = try await world.account()
        let queued = try await world.job(.queued, of: ada)
        #expect(try await start.recover().isEmpty)
        #expect(try await start.job(queued.id) == queued)
        #expect(try world.spoolFiles == ["\(queued.id).source"])
    }

    @Test func `converting, output reserved, and the MP3 is in the outbox: published, once`() async throws {
        let converting = try await world.job(.converting, of: try await world.account())
        try world.write("audio", to: ".spool/\(converting.id).mp3")
        let output = try #require(DropPath("talks/film.mp3"))
        try await world.ledger.jobs.reserveOutput(output, duration: 2.5, for: converting.id)
        try world.spool.link(
            converting.id, to: output, in: try world.tree.open(.outbox, of: #require(AccountName("ada"))))

        let findings = try await start.recover()
        #expect(findings.foundPublished == [converting.id])
        #expect(findings.archived == [converting.id])
        let published = try #require(try await start.job(converting.id))
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
        try await start.expectSettled()
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
        #expect(try await start.recover().queuedAgain == [converting.id])
        let queued = try #require(try await start.job(converting.id))
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
            #expect(try await start.recover().queuedAgain == [id])
            let taken = try #require(try await world.ledger.jobs.takeNext())
            #expect(taken.attempts == 1)
            #expect(taken.interruptions == number)
        }
        _ = try await start.recover()
        #expect(try await world.ledger.jobs.takeNext() == nil)
        #expect(try #require(try await world.ledger.jobs.nextRetry()) > .now)
    }

    @Test func `a stop in good order is no end of the service`() async throws {
        let id = try await world.job(.converting, of: try await world.account()).id
        try await start.recovery.endStopped()
        let queued = try #require(try await start.job(id))
        #expect(queued.state == .queued)
        #expect(queued.attempts == 0)
        #expect(queued.interruptions == 0)
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
        let findings = try await start.recover()
        #expect(findings.foundPublished == [job.id])
        #expect(findings.queuedAgain == [other.id])
        #expect(findings.unrecovered.isEmpty)
    }

    @Test(arguments: JobState.allCases.filter { $0 != .converting })
    func `an MP3 that nobody is converting is removed`(state: JobState) async throws {
        let job = try await world.job(state, of: try await world.account())
        try world.write("audio", to: ".spool/\(job.id).mp3")
        try world.write("audio", to: ".spool/999.mp3")
        _ = try await start.recover()
        #expect(try world.spoolFiles.filter { $0.hasSuffix(".mp3") }.isEmpty)
        try await start.expectSettled()
    }

    @Test func `uploads that broke off are removed`() async throws {
        _ = try world.spool.makeUpload()
        #expect(try await start.recover().isEmpty)
        #expect(try world.spoolFiles.isEmpty)
    }

    @Test func `what no row knows is named and left`() async throws {
        for name in ["999.source", "notes.txt", "7", "7.wav"] { try world.write("?", to: ".spool/" + name) }
        #expect(try await start.recover().strangers.sorted() == ["7", "7.wav", "999.source", "notes.txt"])
        #expect(try world.spoolFiles == ["7", "7.wav", "999.source", "notes.txt"])
    }

    @Test func `many at once`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let published = try await world.job(.published, of: ada)
        let failed = try await world.job(.failed, of: bob)
        let converting = try await world.job(.converting, of: ada)
        let queued = try await world.job(.queued, of: bob)
        let claiming = try await world.job(.claiming, of: ada)
        let findings = try await start.recover()
        #expect(findings.queuedAgain == [converting.id, claiming.id])
        #expect(Set(findings.archived) == [published.id, failed.id])
        #expect(try world.spoolFiles == [converting, queued, claiming].map { "\($0.id).source" }.sorted())
        try await start.expectSettled()
    }
}
