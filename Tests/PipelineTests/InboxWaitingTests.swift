import Domain
import Foundation
import LinuxSystem
import Pipeline
import Storage
import TestSupport
import Testing

/// What keeps a drop in its inbox, and that it is taken by itself once that is over.
struct InboxWaitingTests {
    private let inboxes: WatchedInboxes
    private var world: World { inboxes.world }

    init() throws { inboxes = try WatchedInboxes() }

    @Test func `waits for a token, and goes on by itself when it comes`() async throws {
        let ada = try await world.account(withToken: false)
        try await inboxes.watching { _ in
            try world.write("sound", to: "home/ada/inbox/film.mp4")
            try world.write("sound", to: "home/ada/inbox/folder/film.mp4")
            try await eventually("they wait") {
                inboxes.waiting(ada) == ["film.mp4": "token", "folder/film.mp4": "token"]
            }
            try world.write("ssp_nonsense", to: "home/ada/inbox/.token")
            try await eventually("the verdict changes") {
                world.live.waiting(of: ada.id).map(\.reason) == [.token(.malformed), .token(.malformed)]
            }
            try await world.putToken(of: ada)
            try await inboxes.eventuallyClaimed("film.mp4", "folder/film.mp4")
            try await eventually("nothing waits") { inboxes.waiting(ada).isEmpty }
        }
    }

    @Test func `waits while it is being written`() async throws {
        let ada = try await world.account()
        try await inboxes.watching { _ in
            let writer = try Descriptor.open(
                world.root + "/home/ada/inbox/film.mp4", flags: O_WRONLY | O_CREAT, mode: 0o600)
            try writer.writeAll("half".utf8)
            try await eventually("it waits") { inboxes.waiting(ada) == ["film.mp4": "being-written"] }
            try writer.writeAll(" and half".utf8)
            _ = consume writer
            try await inboxes.eventuallyClaimed("film.mp4")
        }
        #expect(try world.read(".spool/1.source") == "half and half")
    }

    @Test func `says why something waits, and forgets it when it goes`() async throws {
        let ada = try await world.account()
        try await inboxes.watching { _ in
            try world.write("", to: "home/ada/inbox/empty")
            try world.link("home/ada/inbox/link", to: "/etc/passwd")
            #expect(mkfifo(world.root + "/home/ada/inbox/pipe", 0o600) == 0)
            try await eventually("all wait") {
                inboxes.waiting(ada) == ["empty": "empty", "link": "symbolic-link", "pipe": "not-a-file"]
            }
            for name in ["link", "pipe"] { try FileManager.default.removeItem(at: world.url("home/ada/inbox/" + name)) }
            try world.write("sound", to: "home/ada/inbox/empty")
            try await inboxes.eventuallyClaimed("empty")
            try await eventually("nothing waits") { inboxes.waiting(ada).isEmpty }
        }
    }

    @Test func `a second name keeps a drop waiting until it is gone`() async throws {
        let ada = try await world.account()
        try world.write("sound", to: "home/ada/elsewhere")
        try await inboxes.watching { _ in
            try FileManager.default.linkItem(
                at: world.url("home/ada/elsewhere"), to: world.url("home/ada/inbox/film.mp4"))
            try await eventually("it waits") { inboxes.waiting(ada) == ["film.mp4": "hard-linked"] }
            try FileManager.default.removeItem(at: world.url("home/ada/elsewhere"))
            try await inboxes.eventuallyClaimed("film.mp4")
        }
    }

    /// Changes that make no event here, through another name or from another machine, are waited out too.
    @Test func `what changed without an event has not settled`() async throws {
        let ada = try await world.account()
        let settle = 3
        try world.write("first", to: "home/ada/elsewhere")
        try await inboxes.watching(settle: .init(renamed: .seconds(settle), inPlace: .seconds(settle))) { _ in
            try FileManager.default.linkItem(
                at: world.url("home/ada/elsewhere"), to: world.url("home/ada/inbox/film.mp4"))
            // When it has settled it waits for its second name to go.
            try await eventually("it is seen") { inboxes.waiting(ada)["film.mp4"] != nil }
            let begun = ContinuousClock.now
            let file = try Descriptor.open(world.root + "/home/ada/elsewhere", flags: O_WRONLY | O_APPEND)
            var changed = Date.now
            try await eventually("it was written for a while") {
                changed = .now
                try file.writeAll(" more".utf8)
                return ContinuousClock.now - begun > .seconds(settle) / 2
            }
            _ = consume file
            try FileManager.default.removeItem(at: world.url("home/ada/elsewhere"))
            try await inboxes.eventuallyClaimed("film.mp4")
            let job = try #require(try await world.ledger.jobs.jobs().first)
            #expect(job.created.timeIntervalSince(changed) >= Double(settle))
        }
    }
}
