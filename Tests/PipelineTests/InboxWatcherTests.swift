import ConversionContract
import Domain
import Foundation
import Pipeline
import Storage
import TestSupport
import Testing

/// What is dropped is taken, once.
struct InboxWatcherTests {
    private let inboxes: WatchedInboxes
    private var world: World { inboxes.world }

    init() throws { inboxes = try WatchedInboxes() }

    @Test func `takes what is dropped`() async throws {
        _ = try await world.account()
        try await inboxes.watching { _ in
            try world.write("sound", to: "home/ada/inbox/film.mp4")
            try await inboxes.eventuallyClaimed("film.mp4")
            try await eventually("the queue is told") { inboxes.queued.rings > 0 }
        }
        #expect(try world.names(in: "home/ada/inbox") == [".token"])
        #expect(try world.read(".spool/1.source") == "sound")
    }

    @Test func `takes what was there before`() async throws {
        _ = try await world.account()
        try world.write("sound", to: "home/ada/inbox/film.mp4")
        try world.write("sound", to: "home/ada/inbox/a/b/film.mp4")
        try await inboxes.watching { _ in try await inboxes.eventuallyClaimed("film.mp4", "a/b/film.mp4") }
    }

    @Test func `takes what is dropped in folders, however fast`() async throws {
        _ = try await world.account()
        try await inboxes.watching { _ in
            for number in 0..<20 { try world.write("sound", to: "home/ada/inbox/a/\(number)/b/@voice/film.mp4") }
            try await eventually("all are claimed") { try await inboxes.claimed().count == 20 }
        }
        #expect(try await world.ledger.jobs.jobs().allSatisfy { $0.preset == .voice })
    }

    @Test func `takes what comes under its final name by rename or link`() async throws {
        _ = try await world.account()
        let inbox = world.root + "/home/ada/inbox/"
        try await inboxes.watching { _ in
            try world.write("sound", to: "home/ada/inbox/a.mp4.part")
            #expect(rename(inbox + "a.mp4.part", inbox + "a.mp4") == 0)
            // WinSCP's way: another name, then the first is removed.
            try world.write("sound", to: "home/ada/inbox/b.mp4.filepart")
            #expect(link(inbox + "b.mp4.filepart", inbox + "b.mp4") == 0)
            #expect(unlink(inbox + "b.mp4.filepart") == 0)
            try await inboxes.eventuallyClaimed("a.mp4", "b.mp4")
        }
    }

    @Test func `leaves what is nobody's drop`() async throws {
        _ = try await world.account()
        for name in [".hidden", "film.mp4.part", "Thumbs.db", ".git/film.mp4"] {
            try world.write("sound", to: "home/ada/inbox/" + name)
        }
        try await inboxes.watching { _ in
            try world.write("sound", to: "home/ada/inbox/film.mp4")
            try await inboxes.eventuallyClaimed("film.mp4")
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
        try await inboxes.watching { watcher in
            for _ in 0..<20 {
                watcher.look()
                try WakeFile(state: world.state).touch()
                await Task.yield()
            }
            try await writing.value
            try await eventually("all are claimed") { try await inboxes.claimed().count == 2 * count }
        }
        #expect(Set(try await inboxes.claimed()).count == 2 * count)
        #expect(try world.names(in: ".spool").count == 2 * count)
    }

    @Test func `two thousand at once are each taken once`() async throws {
        _ = try await world.account()
        try await inboxes.watching { _ in
            for number in 0..<2000 { try Data("x".utf8).write(to: world.url("home/ada/inbox/\(number)")) }
            try await eventually("all are claimed") { try world.names(in: "home/ada/inbox") == [".token"] }
            try await eventually("all are queued") { try await inboxes.claimed().count == 2000 }
        }
        #expect(Set(try await inboxes.claimed()).count == 2000)
        #expect(try world.names(in: ".spool").count == 2000)
    }
}
