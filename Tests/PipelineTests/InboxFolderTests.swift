import Domain
import Foundation
import Pipeline
import Storage
import TestSupport
import Testing

/// Folders in an inbox that come, move and go.
struct InboxFolderTests {
    private let inboxes: WatchedInboxes
    private var world: World { inboxes.world }

    init() throws { inboxes = try WatchedInboxes() }

    @Test func `takes from a folder under its new name`() async throws {
        _ = try await world.account()
        try world.write("", to: "home/ada/inbox/old/keep")
        try await inboxes.watching { _ in
            try FileManager.default.moveItem(at: world.url("home/ada/inbox/old"), to: world.url("home/ada/inbox/new"))
            try world.write("sound", to: "home/ada/inbox/new/film.mp4")
            try await inboxes.eventuallyClaimed("new/film.mp4")
        }
    }

    /// Not under both names until the service is started again.
    @Test func `forgets what lay in a folder that was renamed`() async throws {
        let ada = try await world.account(withToken: false)
        try world.write("sound", to: "home/ada/inbox/old/film.mp4")
        try await inboxes.watching { _ in
            try await eventually("it waits") { inboxes.waiting(ada) == ["old/film.mp4": "token"] }
            try FileManager.default.moveItem(at: world.url("home/ada/inbox/old"), to: world.url("home/ada/inbox/new"))
            try await eventually("it waits in the new one", within: 50) {
                inboxes.waiting(ada) == ["new/film.mp4": "token"]
            }
        }
    }

    @Test func `a folder that was removed and made anew is seen`() async throws {
        _ = try await world.account()
        try await inboxes.watching { _ in
            for number in 0..<10 {
                try world.write("sound", to: "home/ada/inbox/folder/\(number)")
                try await eventually("it is claimed") { try await inboxes.claimed().count == number + 1 }
                try FileManager.default.removeItem(at: world.url("home/ada/inbox/folder"))
            }
        }
    }

    @Test func `thousands of new folders hold up nobody else`() async throws {
        _ = try await world.account("ada")
        let bob = try await world.account("bob")
        try await inboxes.watching { _ in
            for number in 0..<3000 {
                #expect(mkdir(world.root + "/home/ada/inbox/\(number)", 0o755) == 0)
            }
            try world.write("sound", to: "home/bob/inbox/film.mp4")
            try await eventually("bob's is claimed", within: 50) {
                try await world.ledger.jobs.counts(of: bob.id)[.queued] == 1
            }
            try world.write("sound", to: "home/ada/inbox/2999/film.mp4")
            try await inboxes.eventuallyClaimed("film.mp4", "2999/film.mp4")
        }
    }

    @Test func `says what is nested too deeply, until it is moved`() async throws {
        let ada = try await world.account()
        let deepest = (0...32).map { "\($0)" }.joined(separator: "/")
        try await inboxes.watching { _ in
            try world.write("sound", to: "home/ada/inbox/\(deepest)/film.mp4")
            try await eventually("it waits") { inboxes.waiting(ada) == [deepest: "nested-too-deeply"] }
            try FileManager.default.moveItem(
                at: world.url("home/ada/inbox/\(deepest)"), to: world.url("home/ada/inbox/up"))
            try await inboxes.eventuallyClaimed("up/film.mp4")
            try await eventually("nothing waits") { inboxes.waiting(ada).isEmpty }
        }
    }
}
