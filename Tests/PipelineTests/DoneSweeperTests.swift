import Domain
import Foundation
import Pipeline
import Storage
import TestSupport
import Testing

struct DoneSweeperTests {
    private let world: World

    init() throws { world = try World() }

    private func sweeping(keep: Duration, until condition: () throws -> Bool) async throws {
        let sweeper = DoneSweeper(ledger: world.ledger, tree: world.tree, keep: keep, logger: world.logger)
        let task = Task { try await sweeper.run() }
        try await eventually("the sweep is done") { try condition() }
        task.cancel()
        _ = await task.result
    }

    @Test func `removes what was kept long enough, in folders too, and nothing else`() async throws {
        for name in ["ada", "bob"] { _ = try await world.account(name) }
        for path in ["ada/done/a.mp4", "ada/done/x/y/b.mp4", "bob/done/c.mp4"] {
            try world.write("x", to: "home/" + path)
        }
        let kept = ["ada/inbox/d.mp4", "ada/outbox/e.mp3", "ada/failed/f.mp4"]
        for path in kept { try world.write("x", to: "home/" + path) }
        try world.link("home/ada/done/link", to: "../inbox")
        try await sweeping(keep: .zero) {
            try !["ada/done/a.mp4", "ada/done/x/y/b.mp4", "bob/done/c.mp4"].contains { world.has("home/" + $0) }
                && world.names(in: "home/ada/done") == ["x"]
        }
        for path in kept { #expect(world.has("home/" + path)) }
        #expect(world.has("home/ada/done/x/y"))
    }

    @Test func `one account's folder that cannot be read keeps no other's originals`() async throws {
        let ada = try await world.account("ada")
        _ = try await world.account("bob")
        try world.write("x", to: "home/bob/done/b.mp4")
        try FileManager.default.removeItem(at: world.url("home/ada"))
        try world.link("home/ada", to: "elsewhere")
        try await sweeping(keep: .zero) { !world.has("home/bob/done/b.mp4") }
        #expect(throws: (any Error).self) { _ = try world.tree.open(.done, of: ada.name) }
    }

    /// The time of the last change of the file itself says nothing: an old film that was dropped today is new here.
    @Test func `counts from the day it came, however old the film is`() async throws {
        for name in ["ada", "bob"] { _ = try await world.account(name) }
        let keep = 4
        try world.write("x", to: "home/bob/done/early.mp4")
        let came = ContinuousClock.now
        try await eventually("bob's file was kept long enough") { ContinuousClock.now - came > .seconds(keep) }
        let late = ContinuousClock.now
        try world.write("x", to: "home/ada/done/late.mp4")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: world.root + "/home/ada/done/late.mp4")
        // Accounts are swept by name, so ada's turn is over when bob's is.
        try await sweeping(keep: .seconds(keep)) { !world.has("home/bob/done/early.mp4") }
        // A machine that was held up for so long may have swept it rightly.
        #expect(world.has("home/ada/done/late.mp4") || ContinuousClock.now - late > .seconds(keep))
    }
}
