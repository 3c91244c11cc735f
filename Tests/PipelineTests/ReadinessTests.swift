import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Pipeline

struct ReadinessTests {
    private let world: World
    private let start = ContinuousClock.now
    private let ada: Account.ID = 1
    private let film: DropPath
    private var readiness = Readiness(settle: Arrival.SettleTimes(renamed: .seconds(1), inPlace: .seconds(5)))

    init() throws {
        world = try World()
        film = try #require(DropPath("film"))
        try world.write("sound", to: "film")
    }

    private func status(_ path: String = "film") throws -> FileStatus {
        try BeneathDirectory(path: world.root).status(path.bytes)
    }

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func reasons() -> [WaitReason] { readiness.waiting(of: ada).map(\.reason) }

    @Test(arguments: [(false, 5.0), (true, 1.0)])
    mutating func `a new drop is due when it has settled`(wasRenamed: Bool, seconds: Double) throws {
        #expect(try readiness.see(film, of: ada, status(), wasRenamed ? .renamed : [], at: start))
        #expect(reasons() == [.settling])
        #expect(readiness.nextDue == after(seconds))
        let early = readiness.due(at: after(seconds - 0.001))
        #expect(early.isEmpty)
        let due = readiness.due(at: after(seconds))
        #expect(due == [ada: [film]])
    }

    @Test mutating func `a look that finds nothing new is no new drop and changes nothing`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        #expect(try !readiness.see(film, of: ada, status(), [], at: after(3)))
        #expect(readiness.nextDue == after(5))
    }

    @Test mutating func `a change starts the wait anew`() throws {
        try readiness.see(film, of: ada, status(), .renamed, at: start)
        try world.write("more sound", to: "film")
        try readiness.see(film, of: ada, status(), [], at: after(0.5))
        #expect(readiness.nextDue == after(5.5))
    }

    @Test mutating func `an empty file waits for its contents`() throws {
        try world.write("", to: "film")
        try readiness.see(film, of: ada, status(), [], at: start)
        #expect(reasons() == [.empty])
        #expect(readiness.nextDue == nil)
        try world.write("sound", to: "film")
        try readiness.see(film, of: ada, status(), [], at: after(60))
        #expect(reasons() == [.settling])
        #expect(readiness.nextDue == after(65))
    }

    @Test mutating func `links, FIFOs and devices are shown and not tried`() throws {
        try world.link("link", to: "film")
        #expect(mkfifo(world.root + "/pipe", 0o600) == 0)
        #expect(mknod(world.root + "/socket", S_IFSOCK | 0o600, 0) == 0)
        let null = try BeneathDirectory(path: "/dev").status("null".bytes)
        for (name, status, reason) in [
            ("link", try status("link"), WaitReason.symbolicLink), ("pipe", try status("pipe"), .notRegularFile),
            ("socket", try status("socket"), .notRegularFile), ("null", null, .notRegularFile),
        ] {
            let drop = try #require(DropPath(name))
            readiness.see(drop, of: ada, status, [], at: start)
            #expect(readiness.waiting(of: ada) == [WaitingDrop(account: ada, drop: drop, reason: reason)])
            readiness.forget(drop, of: ada)
        }
        #expect(readiness.nextDue == nil)
    }

    @Test mutating func `what waits for a change is never due`() throws {
        try world.write("", to: "film")
        try readiness.see(film, of: ada, status(), [], at: start)
        let due = readiness.due(at: after(3600))
        #expect(due.isEmpty)
    }

    @Test mutating func `a drop that could not be taken is tried again after a pause`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: .beingWritten, retryAfter: .seconds(2), at: after(5))
        #expect(reasons() == [.beingWritten])
        #expect(readiness.nextDue == after(7))
        try readiness.see(film, of: ada, status(), [], at: after(6))
        #expect(readiness.nextDue == after(7))
    }

    /// A client that stalls for longer than drops settle may set the file's time after it has closed it.
    @Test(arguments: [(Readiness.Hint([]), 5.0), (.renamed, 1.0)])
    mutating func `a close starts the wait anew`(hint: Readiness.Hint, seconds: Double) throws {
        try readiness.see(film, of: ada, status(), hint, at: start)
        try readiness.see(film, of: ada, status(), .closed, at: after(0.5))
        #expect(readiness.nextDue == after(0.5 + seconds))
        readiness.keep(film, of: ada, because: .beingWritten, retryAfter: .seconds(2), at: after(6))
        try readiness.see(film, of: ada, status(), .closed, at: after(7))
        #expect(reasons() == [.settling])
        #expect(readiness.nextDue == after(7 + seconds))
    }

    @Test mutating func `what waits for a token settles after a close too`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: .token(.missing), retryAfter: nil, at: after(5))
        try readiness.see(film, of: ada, status(), .closed, at: after(60))
        #expect(readiness.nextDue == nil)
        readiness.reconsider(ada, at: after(61))
        #expect(readiness.nextDue == after(65))
    }

    @Test mutating func `a second name that goes away is looked after at once`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: .hardLinked, retryAfter: .seconds(5), at: after(5))
        try readiness.see(film, of: ada, status(), [], at: after(6))
        #expect(readiness.nextDue == after(6))
    }

    @Test mutating func `more than the most drops of an account are not kept in mind, but looked at later`() throws {
        readiness = Readiness(settle: Arrival.SettleTimes(renamed: .seconds(1), inPlace: .seconds(5)), most: 4)
        let paths = (0..<6).compactMap { DropPath("\($0)") }
        for path in paths { try readiness.see(path, of: ada, status(), [], at: start) }
        try readiness.see(film, of: 2, status(), [], at: start)
        #expect(readiness.waiting(of: ada).map(\.drop) == Array(paths.prefix(4)))
        #expect(readiness.count(of: 2) == 1)
        readiness.forget(paths[0], of: ada)
        readiness.forget(paths[0], of: ada)
        #expect(readiness.count(of: ada) == 3)
        let early = readiness.takeRoomy()
        #expect(early.isEmpty)
        readiness.retain([paths[2], paths[3]], in: nil, of: ada)
        let roomy = readiness.takeRoomy()
        #expect(roomy == [ada])
        let again = readiness.takeRoomy()
        #expect(again.isEmpty)
    }

    @Test mutating func `a folder that is too deep is shown and not tried`() throws {
        try world.write("sound", to: "folder/film")
        let folder = try #require(DropPath("folder"))
        try readiness.see(folder, of: ada, status("folder"), [], at: start)
        #expect(reasons() == [.nestedTooDeeply])
        #expect(readiness.nextDue == nil)
    }

    @Test mutating func `a look at what settles does not hurry it`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: .settling, retryAfter: .seconds(1), at: after(5))
        try readiness.see(film, of: ada, status(), [], at: after(5.5))
        #expect(readiness.nextDue == after(6))
    }

    @Test mutating func `trouble is waited out although the drop was taken and put back`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: .trouble("full"), retryAfter: .seconds(10), at: after(5))
        let other = try #require(DropPath("other"))
        #expect(rename(world.root + "/film", world.root + "/\(other.display)") == 0)
        #expect(rename(world.root + "/\(other.display)", world.root + "/film") == 0)
        try readiness.see(film, of: ada, status(), .renamed, at: after(6))
        #expect(reasons() == [.trouble("full")])
        #expect(readiness.nextDue == after(15))
        #expect(try readiness.isUnchanged(film, of: ada, status()))
        try world.write("more sound", to: "film")
        try readiness.see(film, of: ada, status(), [], at: after(7))
        #expect(reasons() == [.settling])
    }

    @Test mutating func `a token is waited for, not asked for again and again`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: .token(.missing), retryAfter: nil, at: after(5))
        #expect(readiness.nextDue == nil)
        try readiness.see(film, of: ada, status(), [], at: after(6))
        #expect(readiness.nextDue == nil)
        readiness.reconsider(2, at: after(60))
        #expect(readiness.nextDue == nil)
        readiness.reconsider(ada, at: after(60))
        #expect(readiness.nextDue == after(60))
    }

    @Test mutating func `a new token does not spare a drop its settling`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: .token(.missing), retryAfter: nil, at: start)
        readiness.reconsider(ada, at: after(2))
        #expect(readiness.nextDue == after(5))
    }

    @Test(arguments: [WaitReason.incomplete, .notRegularFile])
    mutating func `only what waits for the account is reconsidered`(reason: WaitReason) throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: reason, retryAfter: nil, at: after(5))
        readiness.reconsider(ada, at: after(60))
        #expect(readiness.nextDue == nil)
    }

    /// `account connect` may have made the inbox its owner's.
    @Test mutating func `another user's file is looked at again when accounts change`() throws {
        try readiness.see(film, of: ada, status(), [], at: start)
        readiness.keep(film, of: ada, because: .foreignOwner, retryAfter: nil, at: after(5))
        readiness.reconsider(ada, at: after(60))
        #expect(readiness.nextDue == after(60))
    }

    @Test mutating func `a scan forgets what it did not see, in its own folder only`() throws {
        let paths = ["a", "b", "x/a", "x/y/a", "xy/a"].compactMap { DropPath($0) }
        for path in paths { try readiness.see(path, of: ada, status(), [], at: start) }
        readiness.retain([paths[0]], in: nil, of: ada)
        #expect(readiness.waiting(of: ada).map(\.drop.display) == ["a", "x/a", "x/y/a", "xy/a"])
        readiness.retain([], in: DropPath("x"), of: ada)
        #expect(readiness.waiting(of: ada).map(\.drop.display) == ["a", "x/y/a", "xy/a"])
        readiness.forget(folder: DropPath("x"), of: ada)
        #expect(readiness.waiting(of: ada).map(\.drop.display) == ["a", "xy/a"])
        readiness.forget(folder: nil, of: ada)
        #expect(readiness.waiting(of: ada).isEmpty)
    }

    @Test mutating func `accounts do not mix`() throws {
        try readiness.see(film, of: ada, status(), .renamed, at: start)
        try readiness.see(film, of: 2, status(), [], at: start)
        let due = readiness.due(at: after(1))
        #expect(due == [ada: [film]])
        readiness.forget(film, of: ada)
        #expect(readiness.nextDue == after(5))
        readiness.retainAccounts([ada])
        #expect(readiness.nextDue == nil)
        #expect(readiness.waiting(of: 2).isEmpty)
    }

    @Test mutating func `due drops come in the order of their names`() throws {
        for name in ["c", "a", "b"] {
            try readiness.see(try #require(DropPath(name)), of: ada, status(), .renamed, at: start)
        }
        let due = readiness.due(at: after(1))
        #expect(due[ada]?.map(\.display) == ["a", "b", "c"])
    }
}
