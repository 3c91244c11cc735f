import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct PasswordResetsTests {
    private let world: World
    private var resets: PasswordResets { world.ledger.passwordResets }

    init() throws { world = try World() }

    private func begin(_ login: String, expires: Date = .now + 60) async throws -> OneTimeSecret {
        try await resets.begin(login, expires: expires) { $0.text }
        let letter = try #require(try await world.ledger.letters.takeNext(.mail))
        guard case .resetPassword(let link, _) = letter.items.first?.subject else {
            throw LedgerError.unreadableRow(table: "letter", id: letter.id)
        }
        return try #require(OneTimeSecret(link))
    }

    @Test func `a secret sets the password once and ends every session`() async throws {
        let ada = try await world.account("ada")
        try await world.ledger.sessions.begin("session", for: ada.id, expires: .distantFuture)
        let (first, second) = (try await begin("ada"), try await begin("ADA@example.org"))
        #expect(try await resets.complete(second, passwordHash: "new") == ada)
        #expect(try await world.ledger.accounts.passwordHash(of: ada.id) == "new")
        #expect(try await world.ledger.sessions.account(of: "session") == nil)
        for used in [first, second] { #expect(try await resets.complete(used, passwordHash: "newer") == nil) }
        #expect(try await world.ledger.accounts.passwordHash(of: ada.id) == "new")
    }

    @Test func `a secret expires, and is worth nothing for a disabled account`() async throws {
        let ada = try await world.account("ada")
        let old = try await begin("ada", expires: .now - 1)
        #expect(try await resets.complete(old, passwordHash: "new") == nil)
        let fresh = try await begin("ada")
        try await world.ledger.accounts.setEnabled(false, ada.id)
        #expect(try await resets.account(fresh) == nil)
        #expect(try await resets.complete(fresh, passwordHash: "new") == nil)
    }

    @Test func `a changed password makes letters that were on their way worthless`() async throws {
        let ada = try await world.account("ada")
        let secret = try await begin("ada")
        try await world.ledger.sessions.begin("mine", for: ada.id, expires: .distantFuture)
        try await world.ledger.sessions.begin("other", for: ada.id, expires: .distantFuture)
        try await world.ledger.accounts.setPassword(hash: "changed", ada.id, keeping: "mine")
        #expect(try await resets.complete(secret, passwordHash: "new") == nil)
        #expect(try await world.ledger.sessions.account(of: "mine") == ada)
        #expect(try await world.ledger.sessions.account(of: "other") == nil)
    }

    @Test func `for nobody the same is written down, without a letter`() async throws {
        try await resets.begin("nobody", expires: .now + 60) { $0.text }
        #expect(try await world.ledger.letters.takeNext(.mail) == nil)
        let accounts = try await world.ledger.database.read {
            try Int64?.fetchAll($0, sql: "SELECT account FROM passwordReset")
        }
        #expect(accounts == [nil])
    }
}
