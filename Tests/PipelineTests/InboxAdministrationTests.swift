import Domain
import Foundation
import Pipeline
import Storage
import TestSupport
import Testing

/// What an administrator does while inboxes are watched.
struct InboxAdministrationTests {
    private let inboxes: WatchedInboxes
    private var world: World { inboxes.world }

    init() throws { inboxes = try WatchedInboxes() }

    @Test func `a new account's inbox is watched when the service is told`() async throws {
        _ = try await world.account("ada")
        try await inboxes.watching { _ in
            _ = try await world.account("bob")
            try world.write("sound", to: "home/bob/inbox/film.mp4")
            try WakeFile(state: world.state).touch()
            try await inboxes.eventuallyClaimed("film.mp4")
            #expect(inboxes.accountsChanged.rings > 0)
        }
    }

    /// Other commands leave a mail server in trouble alone.
    @Test func `only who asks for letters has them tried`() async throws {
        _ = try await world.account()
        try await inboxes.watching { _ in
            try WakeFile(state: world.state).touch()
            try await eventually("accounts are looked at") { inboxes.accountsChanged.rings > 0 }
            #expect(inboxes.lettersAsked.rings == 0)
            try WakeFile(state: world.state).touch(.letters)
            try await eventually("letters are tried") { inboxes.lettersAsked.rings > 0 }
        }
    }

    @Test func `a disabled account's drops wait until it is enabled`() async throws {
        let ada = try await world.account()
        try await inboxes.watching { _ in
            try await world.ledger.accounts.setEnabled(false, ada.id)
            try world.write("sound", to: "home/ada/inbox/film.mp4")
            try await eventually("it waits") {
                world.live.waiting(of: ada.id).map(\.reason) == [.token(.accountDisabled)]
            }
            try await world.ledger.accounts.setEnabled(true, ada.id)
            try WakeFile(state: world.state).touch()
            try await inboxes.eventuallyClaimed("film.mp4")
        }
    }
}
