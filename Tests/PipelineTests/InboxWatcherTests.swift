import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Pipeline
import Storage
import TestSupport
import Testing

struct InboxWatcherTests {
    private let world: World
    private let queued = Doorbell()
    private let ended = Doorbell()
    private let accountsChanged = Doorbell()
    private let lettersAsked = Doorbell()

    init() throws { world = try World() }

    /// Runs the service while `body` runs, from its first scan on.
    private func watching(
        settle: Arrival.SettleTimes = .init(renamed: .milliseconds(20), inPlace: .milliseconds(50)),
        _ body: (InboxWatcher) async throws -> Void
    ) async throws {
        let started = Doorbell()
        let watcher = try InboxWatcher(
            ledger: world.ledger, spool: world.spool, wakeFile: WakeFile(state: world.state), live: world.live,
            settle: settle, jobQueued: queued, letterQueued: ended, accountsChanged: accountsChanged,
            lettersAsked: lettersAsked, started: started,
            logger: world.logger)
        let task = Task {
            defer { started.ring() }
            try await watcher.run()
        }
        await started.waitUntilRung(1)
        do {
            try await body(watcher)
        } catch {
            task.cancel()
            _ = await task.result
            throw error
        }
        task.cancel()
        // A stop may interrupt it anywhere; any other end is a fault.
        do { try await task.value } catch is CancellationError {}
    }

    private func claimed() async throws -> [String] {
        try await world.ledger.jobs.jobs(in: .queued, limit: 10_000).map(\.drop.display).sorted()
    }

    private func eventuallyClaimed(_ drops: String...) async throws {
        try await eventually("\(drops) are claimed") { try await claimed() == drops.sorted() }
    }

    private func waiting(_ account: Account) -> [String: String] {
        Dictionary(uniqueKeysWithValues: world.live.waiting(of: account.id).map { ($0.drop.display, $0.reason.word) })
    }

    @Test func `takes what is dropped`() async throws {
        _ = try await world.account()
        try await watching { _ in
            try world.write("sound", to: "home/ada/inbox/film.mp4")
            try await eventuallyClaimed("film.mp4")
            #expect(queued.rings > 0)
        }
        #expect(try world.names(in: "home/ada/inbox") == [".token"])
        #expect(try world.read(".spool/1.source") == "sound")
    }

    @Test func `takes what was there before`() async throws {
        _ = try await world.account()
        try world.write("sound", to: "home/ada/inbox/film.mp4")
        try world.write("sound", to: "home/ada/inbox/a/b/film.mp4")
        try await watching { _ in try await eventuallyClaimed("film.mp4", "a/b/film.mp4") }
    }

    @Test func `takes what is dropped in folders, however fast`() async throws {
        _ = try await world.account()
        try await watching { _ in
            for number in 0..<20 { try world.write("sound", to: "home/ada/inbox/a/\(number)/b/@voice/film.mp4") }
            try await eventually("all are claimed") { try await claimed().count == 20 }
        }
        #expect(try await world.ledger.jobs.jobs().allSatisfy { $0.preset == .voice })
    }

    @Test func `takes what comes under its final name by rename or link`() async throws {
        _ = try await world.account()
        let inbox = world.root + "/home/ada/inbox/"
        try await watching { _ in
            try world.write("sound", to: "home/ada/inbox/a.mp4.part")
            #expect(rename(inbox + "a.mp4.part", inbox + "a.mp4") == 0)
            // WinSCP's way: another name, then the first is removed.
            try world.write("sound", to: "home/ada/inbox/b.mp4.filepart")
            #expect(link(inbox + "b.mp4.filepart", inbox + "b.mp4") == 0)
            #expect(unlink(inbox + "b.mp4.filepart") == 0)
            try await eventuallyClaimed("a.mp4", "b.mp4")
        }
    }

    @Test func `leaves what is nobody's drop`() async throws {
        _ = try await world.account()
        for name in [".hidden", "film.mp4.part", "Thumbs.db", ".git/film.mp4"] {
            try world.write("sound", to: "home/ada/inbox/" + name)
        }
        try await watching { _ in
            try world.write("sound", to: "home/ada/inbox/film.mp4")
            try await eventuallyClaimed("film.mp4")
        }
        #expect(
            try world.names(in: "home/ada/inbox") == [".git", ".hidden", ".token", "Thumbs.db", "film.mp4.part"])
    }

    @Test func `files that come while it looks are each taken once`() async throws {
        _ = try await world.account()
        let count = 100
        for number in 0..<count { try world.write("sound", to: "home/ada/inbox/\(number % 7)/before-\(number)") }
        let world = world
        let writing = Task.detached {
            for number in 0..<count { try world.write("sound", to: "home/ada/inbox/\(number % 11)/during-\(number)") }
        }
        try await watching { watcher in
            for _ in 0..<20 {
                watcher.look()
                try WakeFile(state: world.state).touch()
                await Task.yield()
            }
            try await writing.value
            try await eventually("all are claimed") { try await claimed().count == 2 * count }
        }
        #expect(Set(try await claimed()).count == 2 * count)
        #expect(try world.names(in: ".spool").count == 2 * count)
    }

    @Test func `two thousand at once are each taken once`() async throws {
        _ = try await world.account()
        try await watching { _ in
            for number in 0..<2000 { try Data("x".utf8).write(to: world.url("home/ada/inbox/\(number)")) }
            try await eventually("all are claimed", within: 300) { try world.names(in: "home/ada/inbox") == [".token"] }
            try await eventually("all are queued") { try await claimed().count == 2000 }
        }
        #expect(Set(try await claimed()).count == 2000)
        #expect(try world.names(in: ".spool").count == 2000)
    }

    // MARK: Waiting

    @Test func `waits for a token, and goes on by itself when it comes`() async throws {
        let ada = try await world.account(withToken: false)
        try await watching { _ in
            try world.write("sound", to: "home/ada/inbox/film.mp4")
            try world.write("sound", to: "home/ada/inbox/folder/film.mp4")
            try await eventually("they wait") { waiting(ada) == ["film.mp4": "token", "folder/film.mp4": "token"] }
            try world.write("ssp_nonsense", to: "home/ada/inbox/.token")
            try await eventually("the verdict changes") {
                world.live.waiting(of: ada.id).map(\.reason) == [.token(.malformed), .token(.malformed)]
            }
            try await world.putToken(of: ada)
            try await eventuallyClaimed("film.mp4", "folder/film.mp4")
            try await eventually("nothing waits") { waiting(ada).isEmpty }
        }
    }

    @Test func `waits while it is being written`() async throws {
        let ada = try await world.account()
        try await watching { _ in
            let writer = try Descriptor.open(
                world.root + "/home/ada/inbox/film.mp4", flags: O_WRONLY | O_CREAT, mode: 0o600)
            try writer.writeAll("half".utf8)
            try await eventually("it waits") { waiting(ada) == ["film.mp4": "being-written"] }
            try writer.writeAll(" and half".utf8)
            _ = consume writer
            try await eventuallyClaimed("film.mp4")
        }
        #expect(try world.read(".spool/1.source") == "half and half")
    }

    @Test func `says why something waits, and forgets it when it goes`() async throws {
        let ada = try await world.account()
        try await watching { _ in
            try world.write("", to: "home/ada/inbox/empty")
            try world.link("home/ada/inbox/link", to: "/etc/passwd")
            #expect(mkfifo(world.root + "/home/ada/inbox/pipe", 0o600) == 0)
            try await eventually("all wait") {
                waiting(ada) == ["empty": "empty", "link": "symbolic-link", "pipe": "not-a-file"]
            }
            for name in ["link", "pipe"] { try FileManager.default.removeItem(at: world.url("home/ada/inbox/" + name)) }
            try world.write("sound", to: "home/ada/inbox/empty")
            try await eventuallyClaimed("empty")
            try await eventually("nothing waits") { waiting(ada).isEmpty }
        }
    }

    @Test func `a second name keeps a drop waiting until it is gone`() async throws {
        let ada = try await world.account()
        try world.write("sound", to: "home/ada/elsewhere")
        try await watching { _ in
            try FileManager.default.linkItem(
                at: world.url("home/ada/elsewhere"), to: world.url("home/ada/inbox/film.mp4"))
            try await eventually("it waits") { waiting(ada) == ["film.mp4": "hard-linked"] }
            try FileManager.default.removeItem(at: world.url("home/ada/elsewhere"))
            try await eventuallyClaimed("film.mp4")
        }
    }

    // MARK: Folders that move

    @Test func `takes from a folder under its new name`() async throws {
        _ = try await world.account()
        try world.write("", to: "home/ada/inbox/old/keep")
        try await watching { _ in
            try FileManager.default.moveItem(at: world.url("home/ada/inbox/old"), to: world.url("home/ada/inbox/new"))
            try world.write("sound", to: "home/ada/inbox/new/film.mp4")
            try await eventuallyClaimed("new/film.mp4")
        }
    }

    /// Not under both names until the service is started again.
    @Test func `forgets what lay in a folder that was renamed`() async throws {
        let ada = try await world.account(withToken: false)
        try world.write("sound", to: "home/ada/inbox/old/film.mp4")
        try await watching { _ in
            try await eventually("it waits") { waiting(ada) == ["old/film.mp4": "token"] }
            try FileManager.default.moveItem(at: world.url("home/ada/inbox/old"), to: world.url("home/ada/inbox/new"))
            try await eventually("it waits in the new one", within: 20) { waiting(ada) == ["new/film.mp4": "token"] }
        }
    }

    @Test func `a folder that was removed and made anew is seen`() async throws {
        _ = try await world.account()
        try await watching { _ in
            for number in 0..<10 {
                try world.write("sound", to: "home/ada/inbox/folder/\(number)")
                try await eventually("it is claimed") { try await claimed().count == number + 1 }
                try FileManager.default.removeItem(at: world.url("home/ada/inbox/folder"))
            }
        }
    }

    @Test func `thousands of new folders hold up nobody else`() async throws {
        _ = try await world.account("ada")
        let bob = try await world.account("bob")
        try await watching { _ in
            for number in 0..<3000 {
                #expect(mkdir(world.root + "/home/ada/inbox/\(number)", 0o755) == 0)
            }
            try world.write("sound", to: "home/bob/inbox/film.mp4")
            try await eventually("bob's is claimed", within: 20) {
                try await world.ledger.jobs.counts(of: bob.id)[.queued] == 1
            }
            try world.write("sound", to: "home/ada/inbox/2999/film.mp4")
            try await eventuallyClaimed("film.mp4", "2999/film.mp4")
        }
    }

    @Test func `says what is nested too deeply, until it is moved`() async throws {
        let ada = try await world.account()
        let deepest = (0...32).map { "\($0)" }.joined(separator: "/")
        try await watching { _ in
            try world.write("sound", to: "home/ada/inbox/\(deepest)/film.mp4")
            try await eventually("it waits") { waiting(ada) == [deepest: "nested-too-deeply"] }
            try FileManager.default.moveItem(
                at: world.url("home/ada/inbox/\(deepest)"), to: world.url("home/ada/inbox/up"))
            try await eventuallyClaimed("up/film.mp4")
            try await eventually("nothing waits") { waiting(ada).isEmpty }
        }
    }

    // MARK: Administration

    @Test func `a new account's inbox is watched when the service is told`() async throws {
        _ = try await world.account("ada")
        try await watching { _ in
            _ = try await world.account("bob")
            try world.write("sound", to: "home/bob/inbox/film.mp4")
            try WakeFile(state: world.state).touch()
            try await eventuallyClaimed("film.mp4")
            #expect(accountsChanged.rings > 0)
        }
    }

    /// Other commands leave a mail server in trouble alone.
    @Test func `only who asks for letters has them tried`() async throws {
        _ = try await world.account()
        try await watching { _ in
            try WakeFile(state: world.state).touch()
            try await eventually("accounts are looked at") { accountsChanged.rings > 0 }
            #expect(lettersAsked.rings == 0)
            try WakeFile(state: world.state).touch(.letters)
            try await eventually("letters are tried") { lettersAsked.rings > 0 }
        }
    }

    @Test func `a disabled account's drops wait until it is enabled`() async throws {
        let ada = try await world.account()
        try await watching { _ in
            try await world.ledger.accounts.setEnabled(false, ada.id)
            try world.write("sound", to: "home/ada/inbox/film.mp4")
            try await eventually("it waits") {
                world.live.waiting(of: ada.id).map(\.reason) == [.token(.accountDisabled)]
            }
            try await world.ledger.accounts.setEnabled(true, ada.id)
            try WakeFile(state: world.state).touch()
            try await eventuallyClaimed("film.mp4")
        }
    }

    // MARK: Settling

    /// Changes that make no event here, through another name or from another machine, are waited out too.
    @Test func `what changed without an event has not settled`() async throws {
        let ada = try await world.account()
        let settle = 3
        try world.write("first", to: "home/ada/elsewhere")
        try await watching(settle: .init(renamed: .seconds(settle), inPlace: .seconds(settle))) { _ in
            try FileManager.default.linkItem(
                at: world.url("home/ada/elsewhere"), to: world.url("home/ada/inbox/film.mp4"))
            try await eventually("it is seen") { waiting(ada) == ["film.mp4": "settling"] }
            let begun = ContinuousClock.now
            let file = try Descriptor.open(world.root + "/home/ada/elsewhere", flags: O_WRONLY | O_APPEND)
            try await eventually("it was written for a while") {
                try file.writeAll(" more".utf8)
                return ContinuousClock.now - begun > .seconds(settle) / 2
            }
            _ = consume file
            try FileManager.default.removeItem(at: world.url("home/ada/elsewhere"))
            let changed = Date.now
            try await eventuallyClaimed("film.mp4")
            let job = try #require(try await world.ledger.jobs.jobs().first)
            #expect(job.created.timeIntervalSince(changed) >= Double(settle))
        }
    }
}
