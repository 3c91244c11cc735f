import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct TokenStoreTests {
    private let world: World
    private var tokens: TokenStore { world.ledger.tokens }

    init() throws { world = try World() }

    @Test func `a token opens its own account's inbox and no other's`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let token = try await tokens.issue(label: "laptop", expires: nil, for: ada.id)
        let entry = try #require(try await tokens.all(of: ada.id).first)
        #expect(try await tokens.verdict(on: token, of: ada.id) == .accepted(entry.id))
        #expect(try await tokens.verdict(on: token, of: bob.id) == .unknown)
        #expect(try await tokens.verdict(on: DropToken(), of: ada.id) == .unknown)
        #expect(try await tokens.account(for: token) == ada)
        #expect(try await tokens.account(for: DropToken()) == nil)
    }

    @Test func `each of an account's tokens opens its inbox`() async throws {
        let ada = try await world.account("ada")
        var issued: [DropToken] = []
        for label in ["a", "b", "c"] { issued.append(try await tokens.issue(label: label, expires: nil, for: ada.id)) }
        let entries = try await tokens.all(of: ada.id)
        #expect(entries.map(\.label) == ["a", "b", "c"])
        for (token, entry) in zip(issued, entries) {
            #expect(try await tokens.verdict(on: token, of: ada.id) == .accepted(entry.id))
        }
    }

    @Test func `a revoked token opens nothing, at once`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let kept = try await tokens.issue(label: "kept", expires: nil, for: ada.id)
        let lost = try await tokens.issue(label: "lost", expires: nil, for: ada.id)
        let id = try #require(try await tokens.all(of: ada.id).last?.id)
        #expect(try await tokens.revoke(id, of: bob.id) == 0)
        #expect(try await tokens.verdict(on: lost, of: ada.id).isAccepted)
        #expect(try await tokens.revoke(id, of: ada.id) == 1)
        #expect(try await tokens.verdict(on: lost, of: ada.id) == .unknown)
        #expect(try await tokens.account(for: lost) == nil)
        #expect(try await tokens.verdict(on: kept, of: ada.id).isAccepted)
        #expect(try await tokens.revoke(id, of: ada.id) == 0)
    }

    @Test func `all of an account's tokens can be revoked together`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        for _ in 0..<3 { _ = try await tokens.issue(label: "x", expires: nil, for: ada.id) }
        let other = try await tokens.issue(label: "x", expires: nil, for: bob.id)
        #expect(try await tokens.revoke(nil, of: ada.id) == 3)
        #expect(try await tokens.all(of: ada.id).isEmpty)
        #expect(try await tokens.verdict(on: other, of: bob.id).isAccepted)
    }

    @Test func `a token expires`() async throws {
        let ada = try await world.account("ada")
        let old = try await tokens.issue(label: "old", expires: .now - 1, for: ada.id)
        let fresh = try await tokens.issue(label: "fresh", expires: .now + 3600, for: ada.id)
        #expect(try await tokens.verdict(on: old, of: ada.id) == .expired)
        #expect(try await tokens.account(for: old) == nil)
        #expect(try await tokens.verdict(on: fresh, of: ada.id).isAccepted)
        #expect(try await tokens.account(for: fresh) == ada)
    }

    @Test func `a disabled account's token opens nothing`() async throws {
        let ada = try await world.account("ada")
        let token = try await tokens.issue(label: "x", expires: nil, for: ada.id)
        try await world.ledger.accounts.setEnabled(false, ada.id)
        #expect(try await tokens.verdict(on: token, of: ada.id) == .accountDisabled)
        #expect(try await tokens.account(for: token) == nil)
        #expect(try await tokens.verdict(on: token, of: 999) == .accountDisabled)
    }

    @Test func `use is written down`() async throws {
        let ada = try await world.account("ada")
        _ = try await tokens.issue(label: "x", expires: nil, for: ada.id)
        let unused = try #require(try await tokens.all(of: ada.id).first)
        #expect(unused.lastUsed == nil)
        try await tokens.touch(unused.id)
        let used = try #require(try await tokens.all(of: ada.id).first?.lastUsed)
        #expect(used >= unused.created)
        // Once a minute is enough.
        try await tokens.touch(unused.id)
        #expect(try await tokens.all(of: ada.id).first?.lastUsed == used)
    }

    @Test func `the token itself is nowhere in the ledger`() async throws {
        let ada = try await world.account("ada")
        let token = try await tokens.issue(label: "x", expires: nil, for: ada.id)
        let digest = try await world.ledger.database.read { database in
            try Data.fetchOne(database, sql: "SELECT digest FROM token")
        }
        #expect(digest?.count == 32)
        let secret = Data(token.text.dropFirst(DropToken.prefix.count).utf8)
        for name in try FileManager.default.contentsOfDirectory(atPath: world.state) {
            let contents = try Data(contentsOf: URL(filePath: world.state).appending(path: name))
            #expect(contents.firstRange(of: secret) == nil, "\(name)")
        }
    }
}
