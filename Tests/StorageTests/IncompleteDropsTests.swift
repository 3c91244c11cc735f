import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Storage

struct IncompleteDropsTests {
    private let world: World
    private let film: DropPath
    private var drops: IncompleteDrops { world.ledger.incompleteDrops }

    init() throws {
        world = try World()
        film = try #require(DropPath("film.mp4"))
    }

    private func status() throws -> FileStatus {
        try BeneathDirectory(path: world.root).status("home/ada/inbox/film.mp4".bytes)
    }

    private func known(_ account: Account) async throws -> IncompleteDrop? {
        try await drops.known([film], of: account.id)[film]
    }

    @Test func `is known until it changes, whatever the service does between`() async throws {
        let ada = try await world.account()
        try world.write("half", to: "home/ada/inbox/film.mp4")
        try await drops.note(film, of: ada.id, try status(), isInInbox: true)
        let again = try Ledger(state: world.state).incompleteDrops
        #expect(try await again.known([film], of: ada.id)[film]?.isUntouched(status()) == true)
        // Other rights are a change of the file, but not of its bytes.
        #expect(chmod(world.root + "/home/ada/inbox/film.mp4", 0o600) == 0)
        #expect(try await known(ada)?.isUntouched(status()) == false)
        #expect(try await known(ada)?.isContent(of: status()) == true)
        try world.write("half and", to: "home/ada/inbox/film.mp4")
        #expect(try await known(ada)?.isContent(of: status()) == false)
    }

    @Test func `a second name that goes by itself is no change`() async throws {
        let ada = try await world.account()
        try world.write("half", to: "home/ada/inbox/film.mp4")
        let (path, hidden) = (world.root + "/home/ada/inbox/film.mp4", world.root + "/.spool/.nfs1")
        #expect(link(path, hidden) == 0)
        let found = try status()
        let job = try await world.job(.converting, of: ada, drop: "film.mp4")
        try await drops.note(film, of: ada.id, found, isInInbox: false)
        try await world.ledger.jobs.forgetReturned(job, found)
        #expect(unlink(hidden) == 0)
        try #require(try status().changed != found.changed)
        #expect(try await known(ada)?.isSettled == true)
        #expect(try await known(ada)?.isUntouched(status()) == true)
        try world.write("half and", to: "home/ada/inbox/film.mp4")
        #expect(try await known(ada)?.isUntouched(status()) == false)
    }

    @Test func `its time runs on while its bytes are the same, and begins anew when more have come`() async throws {
        let ada = try await world.account()
        try world.write("half", to: "home/ada/inbox/film.mp4")
        try await drops.note(film, of: ada.id, try status(), isInInbox: true)
        let first = try #require(try await known(ada))
        try await drops.tell(first, after: .seconds(60))
        try await drops.note(film, of: ada.id, try status(), isInInbox: false)
        let second = try #require(try await known(ada))
        #expect(second.since == first.since)
        #expect(second.isTold)
        #expect(!second.isSettled)
        try world.write("half and", to: "home/ada/inbox/film.mp4")
        try await drops.note(film, of: ada.id, try status(), isInInbox: true)
        let third = try #require(try await known(ada))
        #expect(third.since > first.since)
        #expect(!third.isTold)
    }

    @Test func `its owner is told once, by a letter of its own kind`() async throws {
        let ada = try await world.account()
        try world.write("half", to: "home/ada/inbox/film.mp4")
        try await drops.note(film, of: ada.id, try status(), isInInbox: true)
        let drop = try #require(try await drops.all().first)
        for _ in 0..<2 { try await drops.tell(drop, after: .seconds(60)) }
        let letter = try #require(try await world.ledger.letters.takeNext(.mail))
        #expect(letter.items.map(\.subject) == [.incomplete(after: 60)])
        #expect(letter.items.map(\.drop) == [film])
        #expect(letter.recipient == .address(ada.email))
        #expect(try await world.ledger.letters.takeNext(.mail) == nil)
    }

    @Test func `a claim of the same name ends it, and so does the account`() async throws {
        let ada = try await world.account()
        try world.write("half", to: "home/ada/inbox/film.mp4")
        try await drops.note(film, of: ada.id, try status(), isInInbox: true)
        _ = try await world.ledger.jobs.beginClaims([.init(drop: film, preset: .standard, size: 4)], of: ada.id)
        #expect(try await drops.all().isEmpty)
        try await drops.note(film, of: ada.id, try status(), isInInbox: true)
        try await world.ledger.accounts.remove(ada.id)
        #expect(try await drops.all().isEmpty)
    }
}
