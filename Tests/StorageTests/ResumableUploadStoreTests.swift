import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Storage

struct ResumableUploadStoreTests {
    private let world: World
    private let store: ResumableUploadStore
    private let drop: DropPath

    init() throws {
        world = try World()
        store = ResumableUploadStore(ledger: world.ledger, spool: world.spool)
        drop = try #require(DropPath("film.mp4"))
    }

    private func upload(
        _ account: Account, length: Int64, kind: ResumableUpload.Kind = .whole
    ) async throws -> ResumableUpload {
        let upload = ResumableUpload(
            account: account.id, kind: kind, drop: drop, preset: .voice, metadata: "", length: length,
            expires: .now + 60)
        try await store.begin(upload, room: nil)
        return upload
    }

    private func write(_ text: String, to upload: ResumableUpload, durable: Int64) async throws {
        try world.write(text, to: ".spool/tus-\(upload.id)")
        try await world.ledger.uploads.advance(upload.id, to: durable, expires: .now + 60)
    }

    @Test func `what was not acknowledged is cut off`() async throws {
        let upload = try await upload(world.account(), length: 9)
        try await write("soundXY", to: upload, durable: 5)
        #expect(try await store.upload(upload.id)?.offset == 5)
        _ = try store.files.open(upload.id, at: 5)
        #expect(try world.read(".spool/tus-\(upload.id)") == "sound")
    }

    @Test func `the offset is never beyond the file`() async throws {
        let upload = try await upload(world.account(), length: 9)
        try await write("so", to: upload, durable: 5)
        #expect(try await store.upload(upload.id)?.offset == 2)
        try FileManager.default.removeItem(atPath: world.root + "/.spool/tus-\(upload.id)")
        #expect(try await store.upload(upload.id)?.offset == 0)
        // It can be sent anew.
        try store.files.open(upload.id, at: 0).writeAll(Array("sound".utf8))
        #expect(try world.read(".spool/tus-\(upload.id)") == "sound")
    }

    @Test func `an upload becomes one job however often it is finished`() async throws {
        let upload = try await upload(world.account(), length: 5)
        try await write("sound", to: upload, durable: 5)
        let job = try await store.finish(upload, as: drop, preset: .voice)
        #expect(job.state == .queued)
        #expect(job.isUpload)
        #expect(try world.read(".spool/\(job.id).source") == "sound")
        #expect(try await store.finish(upload, as: drop, preset: .voice).id == job.id)
        #expect(try await store.upload(upload.id)?.job == job.id)
        #expect(try await world.ledger.jobs.jobs().count == 1)
    }

    /// The stop comes after the row, and after the rename.
    @Test(arguments: [false, true])
    func `a claim that a stop cut off becomes the job after all`(isRenamed: Bool) async throws {
        let upload = try await upload(world.account(), length: 5)
        try await write("sound", to: upload, durable: 5)
        let claim = try await world.ledger.uploads.beginClaim(upload, as: drop, preset: .voice)
        if isRenamed { try world.spool.claimUpload(ResumableFiles.name(upload.id), for: claim.id) }
        _ = try await SpoolRecovery(ledger: world.ledger, spool: world.spool).run()
        let after = try #require(try await store.upload(upload.id))
        #expect(after.isDue == !isRenamed)
        let job = try await store.finish(after, as: drop, preset: .voice)
        #expect(job.state == .queued)
        #expect(try world.spoolFiles == ["\(job.id).source"])
        #expect(try await world.ledger.jobs.jobs().count == 1)
    }

    /// As where the directory's fsync failed and the service went on.
    @Test func `a claim that broke off after the rename is finished by the next try`() async throws {
        let upload = try await upload(world.account(), length: 5)
        try await write("sound", to: upload, durable: 5)
        let claim = try await world.ledger.uploads.beginClaim(upload, as: drop, preset: .voice)
        try world.spool.claimUpload(ResumableFiles.name(upload.id), for: claim.id)
        // Whoever asks again, and who looks after uploads, sees that there is something left to do.
        let after = try #require(try await store.upload(upload.id))
        #expect(after.job == claim.id)
        #expect(after.isDue)
        #expect(try await world.ledger.uploads.due() == [after])
        #expect(try await store.finish(upload, as: drop, preset: .voice).state == .queued)
        #expect(try await store.upload(upload.id)?.isDue == false)
        #expect(try await world.ledger.uploads.due() == [])
    }

    @Test func `a start keeps unfinished uploads and removes files that no row knows`() async throws {
        let ada = try await world.account()
        let kept = try await upload(ada, length: 9)
        let claimed = try await upload(ada, length: 5)
        try await write("sound", to: claimed, durable: 5)
        _ = try await world.ledger.uploads.beginClaim(claimed, as: drop, preset: .voice)
        try world.write("x", to: ".spool/tus-stranger")
        #expect(try await store.removeStrangers() == ["stranger"])
        _ = try await SpoolRecovery(ledger: world.ledger, spool: world.spool).run()
        #expect(try world.spoolFiles == ["tus-\(kept.id)", "tus-\(claimed.id)"].sorted())
    }

    @Test func `parts become one file in their order, and go`() async throws {
        let ada = try await world.account()
        let (one, two) = (
            try await upload(ada, length: 2, kind: .partial), try await upload(ada, length: 3, kind: .partial)
        )
        try await write("so", to: one, durable: 2)
        try await write("und", to: two, durable: 3)
        let joined = try await upload(ada, length: 5, kind: .joined([one.id, two.id]))
        #expect(try await world.ledger.uploads.underWay(of: ada.id) == 5)
        try await store.join(joined, of: [one, two])
        #expect(try world.read(".spool/tus-\(joined.id)") == "sound")
        #expect(try await store.upload(joined.id)?.isDue == true)
        #expect(try await world.ledger.uploads.joined(of: [one.id, two.id], account: ada.id)?.id == joined.id)
        #expect(try await world.ledger.uploads.joined(of: [two.id, one.id], account: ada.id) == nil)
    }

    @Test func `an account's uploads and jobs count against its room`() async throws {
        let ada = try await world.account()
        let first = try await upload(ada, length: 6)
        let second = ResumableUpload(
            account: ada.id, kind: .whole, drop: drop, preset: nil, metadata: "", length: 5, expires: .now + 60)
        await #expect(throws: UploadLedger.QuotaReached.self) { try await store.begin(second, room: 10) }
        #expect(try await store.upload(second.id) == nil)
        try await store.remove(first)
        try await store.begin(second, room: 10)
        #expect(try await world.ledger.uploads.underWay(of: ada.id) == 5)
    }

    @Test func `a key goes with a claim that came to nothing`() async throws {
        let ada = try await world.account()
        let memo = RequestMemo(key: "k", request: "PUT", expires: .now + 60)
        let claims = [JobLedger.Claim(drop: drop, preset: .voice, size: 5)]
        let jobs = try await world.ledger.uploads.beginClaims(claims, of: ada.id, room: nil, memo: memo)
        #expect(try await world.ledger.idempotencyKeys.known("k", of: ada.id)?.outcome == .jobs(jobs))
        try await world.ledger.jobs.abandonClaim(try #require(jobs.first).id)
        #expect(try await world.ledger.idempotencyKeys.known("k", of: ada.id) == nil)
        _ = try await world.ledger.uploads.beginClaims(claims, of: ada.id, room: nil, memo: memo)
        #expect(try await world.ledger.idempotencyKeys.known("k", of: ada.id)?.request == "PUT")
    }

    @Test func `a key of an upload goes with it`() async throws {
        let upload = ResumableUpload(
            account: try await world.account().id, kind: .whole, drop: drop, preset: nil, metadata: "", length: 5,
            expires: .now + 60)
        let memo = RequestMemo(key: "k", request: "POST", expires: .now + 60)
        try await store.begin(upload, room: nil, memo: memo)
        #expect(try await world.ledger.idempotencyKeys.known("k", of: upload.account)?.outcome == .upload(upload.id))
        try await store.remove(upload)
        #expect(try await world.ledger.idempotencyKeys.known("k", of: upload.account) == nil)
    }

    @Test(arguments: ["", "../1.source", "A", "x/y", String(repeating: "a", count: 33), "é"])
    func `an identifier that was never given is no file`(id: String) async throws {
        #expect(try await store.upload(id) == nil)
    }
}
