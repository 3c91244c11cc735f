import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Pipeline
@testable import Storage

struct TokenFileTests {
    private let world: World
    private let path = "home/ada/inbox/.token"

    init() throws { world = try World() }

    private func verdict(_ account: Account) async throws -> TokenVerdict {
        try await TokenFile(tokens: world.ledger.tokens).verdict(
            in: world.tree.open(.inbox, of: account.name), of: account)
    }

    @Test func `the right token is accepted and its use written down`() async throws {
        let ada = try await world.account()
        let entry = try #require(try await world.ledger.tokens.all(of: ada.id).first)
        #expect(try await verdict(ada) == .accepted(entry.id))
        #expect(try await world.ledger.tokens.all(of: ada.id).first?.lastUsed == nil, "looking is no use")
        let file = TokenFile(tokens: world.ledger.tokens)
        let used = try await file.use(in: world.tree.open(.inbox, of: ada.name), of: ada)
        #expect(used == .accepted(entry.id))
        #expect(try await world.ledger.tokens.all(of: ada.id).first?.lastUsed != nil)
    }

    @Test func `no file`() async throws {
        #expect(try await verdict(world.account(withToken: false)) == .missing)
    }

    @Test func `somebody else's, an unknown and an expired token`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let tokens = world.ledger.tokens
        for (token, expected) in [
            (try await tokens.issue(label: "x", expires: nil, for: bob.id), TokenVerdict.unknown),
            (DropToken(), .unknown), (try await tokens.issue(label: "x", expires: .now - 1, for: ada.id), .expired),
        ] {
            try world.tree.write(token, for: ada.name)
            #expect(try await verdict(ada) == expected)
        }
    }

    @Test func `a revoked token, and a new one in its place`() async throws {
        let ada = try await world.account()
        _ = try await world.ledger.tokens.revoke(nil, of: ada.id)
        #expect(try await verdict(ada) == .unknown)
        try await world.putToken(of: ada)
        #expect(try await verdict(ada).isAccepted)
    }

    @Test func `a disabled account`() async throws {
        let ada = try await world.account()
        try await world.ledger.accounts.setEnabled(false, ada.id)
        let disabled = try #require(try await world.ledger.accounts.account(ada.id))
        #expect(try await verdict(disabled) == .accountDisabled)
        // What is known of the account may be old; the ledger has the last word.
        #expect(try await verdict(ada) == .accountDisabled)
    }

    @Test(arguments: ["", "\n", "hello", "ssp_", "ssp_aaaa", String(repeating: "x", count: 4096)])
    func `no token in the file`(text: String) async throws {
        let ada = try await world.account()
        try world.write(text, to: path)
        #expect(try await verdict(ada) == .malformed)
    }

    @Test func `bytes that are no text`() async throws {
        let ada = try await world.account()
        try Data([0xFF, 0x00, 0xC3]).write(to: world.url(path))
        #expect(try await verdict(ada) == .malformed)
    }

    @Test func `white space around the token does no harm`() async throws {
        let ada = try await world.account()
        try world.write("\r\n  " + (try world.read(path)) + "\r\n\r\n", to: path)
        #expect(try await verdict(ada).isAccepted)
    }

    @Test func `a file of more than 4 KiB, although it begins with the token`() async throws {
        let ada = try await world.account()
        let token = try world.read(path)
        try world.write(token + String(repeating: " ", count: 4096 - token.utf8.count), to: path)
        #expect(try await verdict(ada).isAccepted)
        try world.write(token + String(repeating: " ", count: 4097 - token.utf8.count), to: path)
        #expect(try await verdict(ada) == .tooLarge)
        // A sparse gigabyte is not read.
        #expect(truncate(world.root + "/" + path, 1 << 30) == 0)
        #expect(try await verdict(ada) == .tooLarge)
    }

    @Test(arguments: [(0o600, true), (0o644, true), (0o664, true), (0o602, false), (0o666, false), (0o777, false)])
    func `a file that everybody may change`(mode: Int, isAccepted: Bool) async throws {
        let ada = try await world.account()
        #expect(chmod(world.root + "/" + path, mode_t(mode)) == 0)
        let verdict = try await verdict(ada)
        #expect(isAccepted ? verdict.isAccepted : verdict == .writableByOthers)
    }

    enum Oddity: CaseIterable {
        case link, linkToNowhere, directory, fifo
    }

    @Test(arguments: Oddity.allCases)
    func `not a file`(oddity: Oddity) async throws {
        let ada = try await world.account()
        try FileManager.default.moveItem(at: world.url(path), to: world.url("home/ada/inbox/real"))
        switch oddity {
        case .link: try world.link(path, to: "real")
        case .linkToNowhere: try world.link(path, to: "nowhere")
        case .directory:
            try FileManager.default.createDirectory(at: world.url(path), withIntermediateDirectories: false)
        case .fifo: #expect(mkfifo(world.root + "/" + path, 0o600) == 0)
        }
        #expect(try await verdict(ada) == .notRegularFile)
    }
}
