import Domain
import FoundationEssentials
import Storage
import Synchronization
import Testing

@testable import Web

/// What must not tell which addresses have accounts takes as long either way. No clock: the work that takes the time is
/// the same, a hash and a letter.
struct AlikeTests {
    private let world: TemporaryWorld

    init() throws { world = try TemporaryWorld() }

    private struct Work: Equatable {
        let hashed: Int
        let letters: Int
    }

    /// The work that a request makes.
    private func work(_ body: (Accounts) async throws -> Void) async throws -> Work {
        let settings = WebSettings(
            publicURL: "https://sound.example.org", registration: .open, confirmsAddresses: true)
        let visitors = try await world.visitors(settings)
        let rings = Rings()
        let keeper = AccountKeeper(
            ledger: world.ledger, tree: world.tree, wakeFile: WakeFile(state: world.root + "/state"))
        try await body(
            Accounts(
                settings: settings, keeper: keeper, gate: visitors.gate, throttles: visitors.throttles,
                live: LiveState(), onLetter: { rings.add() }))
        return Work(hashed: await visitors.gate.hashed, letters: rings.count)
    }

    private final class Rings: Sendable {
        private let value = Mutex(0)

        var count: Int { value.withLock { $0 } }

        func add() { value.withLock { $0 += 1 } }
    }

    @Test(arguments: ["ada@example.org", "nobody@example.org"])
    func registeringIsTheSameWorkForAKnownAddress(address: String) async throws {
        _ = try await world.account("ada")
        let wish = Accounts.Wish(name: "grace", email: address, password: "correct horse battery", invitation: nil)
        #expect(try await work { try await $0.register(wish, from: nil) } == Work(hashed: 1, letters: 1))
    }

    @Test(arguments: ["ada", "ada@example.org", "nobody", "nobody@example.org"])
    func aForgottenPasswordIsTheSameWorkForAnUnknownAddress(login: String) async throws {
        _ = try await world.account("ada", password: "secret")
        #expect(try await work { try await $0.forgot(login, from: nil) } == Work(hashed: 0, letters: 1))
    }
}
