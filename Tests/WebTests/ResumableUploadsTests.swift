import ConversionContract
import Domain
import Foundation
import HTTPTypes
import Logging
import Storage
import Testing

@testable import Web

struct ResumableUploadsTests {
    private let world: TemporaryWorld
    private let resumable: ResumableUploads
    private let account: Account
    private let drop: DropPath

    init() async throws {
        world = try TemporaryWorld()
        account = try await world.account("ada")
        try world.tree.make(for: account.name)
        drop = try #require(DropPath("film.mp4"))
        let spool = Spool(tree: world.tree)
        let uploads = Uploads(
            store: UploadStore(ledger: world.ledger, spool: spool), live: LiveState(), limit: 1 << 20,
            quota: UploadQuota(
                ledger: world.ledger, tree: world.tree, accountBytes: nil, freeSpace: .bytes(0), onLetter: {}),
            repeats: Repeats(ledger: world.ledger), onQueued: {})
        resumable = ResumableUploads(
            store: ResumableUploadStore(ledger: world.ledger, spool: spool), uploads: uploads, lifetime: .seconds(60))
    }

    private func upload(_ kind: ResumableUpload.Kind, _ length: Int64 = 0) -> ResumableUpload {
        ResumableUpload(
            account: account.id, kind: kind, drop: kind == .partial ? nil : drop, preset: nil, metadata: "",
            length: length, expires: .now + 60)
    }

    private func file(_ upload: ResumableUpload) -> String { "\(world.root)/.spool/tus-\(upload.id)" }

    private func fill(_ upload: ResumableUpload, _ text: String) async throws {
        try await resumable.store.begin(upload, room: nil)
        try Data(text.utf8).write(to: URL(filePath: file(upload)))
        try await world.ledger.uploads.advance(upload.id, to: upload.length, expires: .now + 60)
    }

    private var spooled: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: world.root + "/.spool").sorted() }
    }

    @Test func `a join that fails leaves the parts and nothing else`() async throws {
        let (one, two) = (upload(.partial, 2), upload(.partial, 3))
        try await fill(one, "so")
        try await fill(two, "und")
        try FileManager.default.removeItem(atPath: file(two))
        // It has a size, and cannot be read.
        try FileManager.default.createDirectory(atPath: file(two), withIntermediateDirectories: false)
        let ids = [one.id, two.id]
        await #expect(throws: (any Error).self) {
            try await resumable.join(upload(.joined(ids)), of: ids, account: account)
        }
        #expect(try spooled == ids.map { "tus-\($0)" }.sorted())
        #expect(try await world.ledger.uploads.joined(of: ids, account: account.id) == nil)
        try FileManager.default.removeItem(atPath: file(two))
        try Data("und".utf8).write(to: URL(filePath: file(two)))
        let job = try #require(try await resumable.join(upload(.joined(ids)), of: ids, account: account).job)
        #expect(try spooled == ["\(job).source"])
    }

    @Test func `parts that the first join left go with the second`() async throws {
        let (one, two) = (upload(.partial, 2), upload(.partial, 3))
        for (part, text) in [(one, "so"), (two, "und")] { try await fill(part, text) }
        let ids = [one.id, two.id]
        let first = try await resumable.join(upload(.joined(ids)), of: ids, account: account)
        try await fill(one, "so")
        let second = try await resumable.join(upload(.joined(ids)), of: ids, account: account)
        #expect(second.job == first.job)
        #expect(try await world.ledger.uploads.upload(one.id) == nil)
        #expect(try spooled.count == 1)
    }

    /// Its bytes were acknowledged.
    @Test func `an upload that is whole does not expire but becomes a job`() async throws {
        let whole = upload(.whole, 5)
        try await fill(whole, "sound")
        // In the way of the job's source, as a fault of the storage would be.
        try Data().write(to: URL(filePath: world.root + "/.spool/1.source"))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await resumable.sweep(at: .now + 1000, logger: logger)
        #expect(try await world.ledger.uploads.upload(whole.id)?.isDue == true)
        try FileManager.default.removeItem(atPath: world.root + "/.spool/1.source")
        try await resumable.sweep(at: .now, logger: logger)
        #expect(try await world.ledger.jobs.jobs().map(\.state) == [.queued])
    }

    @Test func `to forget an upload whose claim broke off finishes it first`() async throws {
        let whole = upload(.whole, 5)
        try await fill(whole, "sound")
        let due = try #require(try await world.ledger.uploads.upload(whole.id))
        let claim = try await world.ledger.uploads.beginClaim(due, as: drop, preset: .voice)
        try await resumable.remove(whole.id, of: account)
        #expect(try await world.ledger.uploads.upload(whole.id) == nil)
        #expect(try await world.ledger.jobs.job(claim.id)?.state == .queued)
        #expect(try spooled == ["\(claim.id).source"])
    }

    @Test func `who was interrupted is told so`() async throws {
        let locks = UploadLocks()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            try await locks.hold(["a"]) {
                start.yield()
                try await Task.sleep(for: .seconds(600))
            }
        }
        for await _ in started { break }
        await locks.interrupt("a")
        let problem = await #expect(throws: Problem.self) { try await holder.value }
        #expect(problem?.status == .conflict)
        #expect(problem?.detail.contains("HEAD") == true)
    }
}
