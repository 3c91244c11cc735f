import ConversionContract
import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct UploadStoreTests {
    private let world: World
    private let uploads: UploadStore

    init() throws {
        world = try World()
        uploads = UploadStore(ledger: world.ledger, spool: world.spool)
    }

    @Test func `a whole upload is a queued job`() async throws {
        let ada = try await world.account()
        let pending = try await uploads.begin()
        #expect(try await world.ledger.jobs.jobs().isEmpty)
        try Data("sound".utf8).write(to: URL(filePath: pending.path))
        let drop = try #require(DropPath("@voice/film.mp4"))
        let job = try await uploads.finish(pending, as: drop, preset: .voice, for: ada.id)
        #expect(job.state == .queued)
        #expect(job.size == 5)
        #expect(job.preset == .voice)
        #expect(job.drop == drop)
        #expect(try world.spoolFiles == ["\(job.id).source"])
        #expect(try world.read(".spool/\(job.id).source") == "sound")
        #expect(try await world.ledger.jobs.takeNext()?.id == job.id)
    }

    @Test func `two uploads do not meet`() async throws {
        let ada = try await world.account()
        let (one, two) = (try await uploads.begin(), try await uploads.begin())
        try Data("one".utf8).write(to: URL(filePath: one.path))
        try Data("two".utf8).write(to: URL(filePath: two.path))
        let drop = try #require(DropPath("film.mp4"))
        let second = try await uploads.finish(two, as: drop, preset: .standard, for: ada.id)
        let first = try await uploads.finish(one, as: drop, preset: .standard, for: ada.id)
        #expect(try world.read(".spool/\(first.id).source") == "one")
        #expect(try world.read(".spool/\(second.id).source") == "two")
    }

    @Test func `an upload that broke off leaves nothing`() async throws {
        let pending = try await uploads.begin()
        try await uploads.discard(pending)
        try await uploads.discard(pending)
        #expect(try world.spoolFiles.isEmpty)
    }

    @Test func `an upload that is gone cannot be finished, and no job is left of it`() async throws {
        let ada = try await world.account()
        let pending = try await uploads.begin()
        try await uploads.discard(pending)
        let drop = try #require(DropPath("film.mp4"))
        await #expect(throws: (any Error).self) {
            _ = try await uploads.finish(pending, as: drop, preset: .standard, for: ada.id)
        }
        #expect(try await world.ledger.jobs.jobs().isEmpty)
    }

    @Test func `of several uploads of which one cannot be claimed none is a job`() async throws {
        let ada = try await world.account()
        let (one, two) = (try await uploads.begin(), try await uploads.begin())
        try await uploads.discard(two)
        let drop = try #require(DropPath("film.mp4"))
        // Synchronised already, as both were there.
        let names = [(name: one.name, job: Job.ID(1)), (name: two.name, job: Job.ID(2))]
        #expect(throws: (any Error).self) { try world.spool.claimUploads(names) }
        #expect(try world.spoolFiles == [])
        await #expect(throws: (any Error).self) {
            try await uploads.finish(
                [.init(one, as: drop, preset: .voice), .init(two, as: drop, preset: .voice)], for: ada.id)
        }
        #expect(try await world.ledger.jobs.jobs().isEmpty)
    }

    /// The ledger takes the rows, and nothing more.
    @Test func `a claim that the ledger neither finishes nor takes back is finished later`() async throws {
        let ada = try await world.account()
        let pending = try await uploads.begin()
        try Data("sound".utf8).write(to: URL(filePath: pending.path))
        let changes = ["UPDATE", "DELETE"]
        for change in changes {
            let sql = "CREATE TRIGGER no\(change) BEFORE \(change) ON job BEGIN SELECT RAISE(ABORT, 'no'); END"
            try await world.ledger.database.write { try $0.execute(sql: sql) }
        }
        let drop = try #require(DropPath("film.mp4"))
        await #expect(throws: (any Error).self) {
            try await uploads.finish(pending, as: drop, preset: .voice, for: ada.id)
        }
        let left = try #require(try await world.ledger.jobs.jobs().first)
        #expect(left.state == .claiming)
        await #expect(throws: (any Error).self) { try await uploads.mendClaims() }
        for change in changes {
            try await world.ledger.database.write { try $0.execute(sql: "DROP TRIGGER no\(change)") }
        }
        #expect(try await uploads.mendClaims().map(\.state) == [.queued])
        #expect(try world.read(".spool/\(left.id).source") == "sound")
        #expect(try await uploads.mendClaims() == [])
    }

    @Test func `a claim that the ledger does not finish but takes back leaves nothing`() async throws {
        let ada = try await world.account()
        let pending = try await uploads.begin()
        try Data("sound".utf8).write(to: URL(filePath: pending.path))
        try await world.ledger.database.write {
            try $0.execute(sql: "CREATE TRIGGER no BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'no'); END")
        }
        let drop = try #require(DropPath("film.mp4"))
        await #expect(throws: (any Error).self) {
            try await uploads.finish(pending, as: drop, preset: .voice, for: ada.id)
        }
        #expect(try await world.ledger.jobs.jobs().isEmpty)
        #expect(try world.spoolFiles == [])
    }

    @Test func `an upload that cannot be claimed leaves no job`() async throws {
        let ada = try await world.account()
        let pending = try await uploads.begin()
        // The first job's source is in the way.
        try world.write("stranger", to: ".spool/1.source")
        let drop = try #require(DropPath("film.mp4"))
        await #expect(throws: (any Error).self) {
            _ = try await uploads.finish(pending, as: drop, preset: .standard, for: ada.id)
        }
        #expect(try await world.ledger.jobs.jobs().isEmpty)
        #expect(try world.read(".spool/1.source") == "stranger")
    }
}
