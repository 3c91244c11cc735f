import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct SessionStoreTests {
    private let world: World
    private var sessions: SessionStore { world.ledger.sessions }

    init() throws { world = try World() }

    @Test func `a session is its account's until it ends`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        try await sessions.begin("a", for: ada.id, expires: .now + 3600)
        try await sessions.begin("b", for: bob.id, expires: .now + 3600)
        #expect(try await sessions.account(of: "a") == ada)
        #expect(try await sessions.account(of: "b") == bob)
        #expect(try await sessions.account(of: "c") == nil)
        try await sessions.end("a")
        #expect(try await sessions.account(of: "a") == nil)
        #expect(try await sessions.account(of: "b") == bob)
    }

    @Test func `an expired session is over, and swept away by the next`() async throws {
        let ada = try await world.account("ada")
        try await sessions.begin("old", for: ada.id, expires: .now - 1)
        #expect(try await sessions.account(of: "old") == nil)
        try await sessions.begin("new", for: ada.id, expires: .now + 3600)
        let count = try await world.ledger.database.read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM session")
        }
        #expect(count == 1)
    }

    @Test func `one session's name cannot be taken for another account`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        try await sessions.begin("a", for: ada.id, expires: .now + 3600)
        await #expect(throws: (any Error).self) { try await sessions.begin("a", for: bob.id, expires: .now + 3600) }
        #expect(try await sessions.account(of: "a") == ada)
    }
}
