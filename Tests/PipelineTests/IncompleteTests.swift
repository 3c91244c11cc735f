import ConversionContract
import Domain
import Foundation
import Glibc
import LinuxSystem
import Logging
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// A drop without its end, from its inbox to the spool and back, until its rest has come.
struct IncompleteTests {
    private let world: World
    private let queued = Doorbell()
    private let ended = Doorbell()
    private let accountsChanged = Doorbell()
    /// Converts what ends with "end"; anything else has no end.
    private let converter = """
        file=$(cat)
        case $file in
            *end) printf %s "$file"; \(Script.report()) ;;
            *) echo attempt >>tries
               echo '{"report":{"damagedPackets":0,"preset":"standard","produced":0,"reason":"incomplete"}}' >&2; exit 75 ;;
        esac
        """

    init() throws { world = try World() }

    /// Runs watcher and runner while `body` runs.
    private func serving(_ body: () async throws -> Void) async throws {
        let script = try Script("cd \(world.root)\n" + converter, in: world.root)
        let converters = ConverterPool(
            program: ConverterProgram(executable: script.path), orders: ConversionRequest(), capacity: 1)
        let runner = JobRunner(
            ledger: world.ledger, spool: world.spool, converters: converters, live: world.live, workers: 1,
            jobQueued: queued, letterQueued: ended, accountsChanged: accountsChanged, logger: world.logger)
        let watcher = try InboxWatcher(
            ledger: world.ledger, spool: world.spool, wakeFile: WakeFile(state: world.state), live: world.live,
            settle: .init(renamed: .milliseconds(20), inPlace: .milliseconds(50)), jobQueued: queued,
            letterQueued: ended, accountsChanged: accountsChanged, lettersAsked: Doorbell(), started: Doorbell(),
            logger: world.logger)
        let tasks = [Task { try await watcher.run() }, Task { try await runner.run() }]
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
        try result.get()
    }

    private func eventuallyWaits(_ account: Account) async throws {
        try await eventually("it waits for its end") {
            try await world.ledger.jobs.jobs().isEmpty
                && world.live.waiting(of: account.id).map(\.reason) == [.incomplete]
        }
    }

    private var tries: Int { (try? world.read("tries"))?.split(separator: "\n").count ?? 0 }

    @Test func `goes back to its inbox as it was, and is an MP3 when its rest has come`() async throws {
        let ada = try await world.account()
        let path = "home/ada/inbox/folder/film.mp4"
        try world.write("half", to: path)
        let date = Date(timeIntervalSince1970: 1_000_000_000)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: world.root + "/" + path)
        try await serving {
            try await eventuallyWaits(ada)
            #expect(try world.read(path) == "half")
            let attributes = try FileManager.default.attributesOfItem(atPath: world.root + "/" + path)
            #expect(attributes[.modificationDate] as? Date == date)
            #expect(try world.names(in: ".spool").isEmpty)
            #expect(try await world.ledger.letters.counts() == [:])
            let rest = try Descriptor.open(world.root + "/" + path, flags: O_WRONLY | O_APPEND)
            try rest.writeAll(" and the end".utf8)
            _ = consume rest
            try await eventually("it is published") { try await world.ledger.jobs.counts() == [.published: 1] }
        }
        #expect(try world.read("home/ada/outbox/folder/film.mp3") == "half and the end")
        #expect(try await world.ledger.letters.counts() == ["queued": 1])
        #expect(tries == 1)
        #expect(try await world.ledger.incompleteDrops.all().isEmpty)
    }

    @Test func `is not tried again after a restart, until somebody closes it anew`() async throws {
        let ada = try await world.account()
        try world.write("half", to: "home/ada/inbox/film.mp4")
        try await serving { try await eventuallyWaits(ada) }
        #expect(tries == 1)
        try await serving {
            try await eventuallyWaits(ada)
            let survey = InboxSurvey(ledger: world.ledger, tree: world.tree)
            #expect(try await survey.waiting(of: ada).map(\.reason) == [.incomplete])
            #expect(tries == 1)
            try await eventually("it is tried again") {
                // Opened for writing and closed, without a byte: `sftp reput` of a file that was whole, say. Nobody says
                // when the inbox is watched, so it is done until it is seen, and left alone then, lest it never settle.
                guard world.live.waiting(of: ada.id).map(\.reason) == [.incomplete] else { return tries >= 2 }
                let file = Glibc.open(world.root + "/home/ada/inbox/film.mp4", O_WRONLY)
                // It is gone while it is being tried.
                if file >= 0 { close(file) }
                return tries >= 2
            }
            try await eventuallyWaits(ada)
        }
    }

    @Test func `whose size was set before its bytes came is not even tried`() async throws {
        let ada = try await world.account()
        let file = try Descriptor.open(
            world.root + "/home/ada/inbox/film.mp4", flags: O_RDWR | O_CREAT, mode: 0o644)
        try file.writeAll("half".utf8)
        _ = consume file
        try #require(truncate(world.root + "/home/ada/inbox/film.mp4", 1 << 20) == 0)
        try await serving {
            try await eventuallyWaits(ada)
            #expect(tries == 0)
            try Data((String(repeating: "x", count: (1 << 20) - 3) + "end").utf8)
                .write(to: world.url("home/ada/inbox/film.mp4"))
            try await eventually("it is published") { try await world.ledger.jobs.counts() == [.published: 1] }
        }
    }

    @Test func `whose name was taken meanwhile goes to failed`() async throws {
        let ada = try await world.account()
        let job = try await world.queuedJob(of: ada, drop: "film.mp4")
        try world.write("half", to: ".spool/\(job.id).source")
        try FileManager.default.createDirectory(
            at: world.url("home/ada/inbox/film.mp4"), withIntermediateDirectories: true)
        try await serving {
            try await eventually("it has failed") { try await world.ledger.jobs.counts() == [.failed: 1] }
            try await eventually("it is archived") { try world.names(in: ".spool").isEmpty }
        }
        #expect(try world.read("home/ada/failed/film.mp4") == "half")
    }

    @Test func `that came over HTTP fails at once`() async throws {
        let ada = try await world.account()
        let uploads = UploadStore(ledger: world.ledger, spool: world.spool)
        let upload = try await uploads.begin()
        try Data("half".utf8).write(to: URL(filePath: upload.path))
        let drop = try #require(DropPath("film.mp4"))
        let job = try await uploads.finish(upload, as: drop, preset: .standard, for: ada.id)
        try await serving {
            try await eventually("it has failed") { try await world.ledger.jobs.job(job.id)?.state == .failed }
        }
        #expect(try await world.ledger.jobs.job(job.id)?.failure?.reason == "incomplete")
    }

    /// One that cannot be looked at keeps nobody else from being told.
    @Test func `its owner is told although another's cannot be reached`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        try world.write("half", to: "home/bob/inbox/film.mp4")
        let status = try BeneathDirectory(path: world.root).status("home/bob/inbox/film.mp4".bytes)
        let tooLong = Array(repeating: String(repeating: "x", count: 255), count: 17).joined(separator: "/")
        for (account, path) in [(ada, tooLong), (bob, "film.mp4")] {
            let drop = try #require(DropPath(path))
            try await world.ledger.incompleteDrops.note(drop, of: account.id, status, isInInbox: true)
        }
        let reminder = IncompleteReminder(
            ledger: world.ledger, tree: world.tree, patience: .zero, letterQueued: ended, logger: world.logger)
        let task = Task { try await reminder.run() }
        try await eventually("the letter is queued") { try await world.ledger.letters.counts() == ["queued": 1] }
        task.cancel()
        _ = await task.result
        #expect(try await world.ledger.letters.takeNext(.mail)?.accountName == bob.name)
    }

    @Test func `its owner is told after a while, once`() async throws {
        let ada = try await world.account()
        let bob = try await world.account("bob")
        for name in ["ada", "bob"] { try world.write("half", to: "home/\(name)/inbox/film.mp4") }
        try await serving {
            try await eventuallyWaits(ada)
            try await eventuallyWaits(bob)
        }
        // Bob needs it no longer.
        try FileManager.default.removeItem(at: world.url("home/bob/inbox/film.mp4"))
        let reminder = IncompleteReminder(
            ledger: world.ledger, tree: world.tree, patience: .seconds(1), letterQueued: ended, logger: world.logger)
        let task = Task { try await reminder.run() }
        let rings = ended.rings
        try await eventually("the letter is queued") { try await world.ledger.letters.counts() == ["queued": 1] }
        #expect(ended.rings > rings)
        try await eventually("it is written down") {
            try await world.ledger.incompleteDrops.all(of: ada.id).values.first?.isTold == true
        }
        task.cancel()
        _ = await task.result
        let letter = try #require(try await world.ledger.letters.takeNext(.mail))
        #expect(letter.items.map(\.subject) == [.incomplete(after: 1)])
        #expect(letter.accountName == ada.name)
    }
}
