import ConversionContract
import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct AccountKeeperTests {
    private let world: World
    private let keeper: AccountKeeper
    private let ada: AccountName
    private let address: EmailAddress

    init() throws {
        world = try World()
        keeper = AccountKeeper(ledger: world.ledger, tree: world.spool.tree, wakeFile: WakeFile(state: world.state))
        ada = try #require(AccountName("ada"))
        address = try #require(EmailAddress("ada@example.org"))
    }

    private func register(_ name: String = "ada", invitation: OneTimeSecret? = nil) async throws -> Account {
        try await keeper.register(
            name: try #require(AccountName(name)), email: try #require(EmailAddress("\(name)@example.org")),
            passwordHash: "hash", preset: .standard, invitation: invitation)
    }

    /// The secret that the letter would have shown.
    private func begin(invitation: OneTimeSecret? = nil, expires: Date = .now + 60) async throws -> OneTimeSecret {
        try await world.ledger.registrations.begin(
            name: ada, email: address, passwordHash: "hash", invitation: invitation, expires: expires, page: "page"
        ) { $0.text }
        let letter = try #require(try await world.ledger.letters.takeNext(.mail))
        #expect(letter.recipient == .address(address))
        guard case .confirmAddress(let link, _) = letter.items.first?.subject else {
            throw LedgerError.unreadableRow(table: "letter", id: letter.id)
        }
        return try #require(OneTimeSecret(link))
    }

    @Test func `an account has its directories, and its token in its inbox`() async throws {
        let account = try await register()
        let text = try String(
            contentsOfFile: keeper.tree.path(.inbox, of: ada) + "/" + AccountTree.tokenFile, encoding: .utf8)
        let token = try #require(DropToken(text))
        #expect(try await world.ledger.tokens.verdict(on: token, of: account.id).isAccepted)
        for place in AccountTree.Place.allCases { _ = try keeper.tree.open(place, of: ada) }
    }

    @Test func `whoever takes a removed account's name does not get its files`() async throws {
        let first = try await register()
        try Data("private".utf8).write(to: URL(filePath: keeper.tree.path(.outbox, of: ada) + "/a.mp3"))
        try await keeper.remove(first, withFiles: false)
        await #expect(throws: LedgerError.nameTaken("ada")) { _ = try await register() }
        #expect(try await world.ledger.accounts.all().isEmpty)
    }

    @Test func `what the making of an account left behind that broke off is in nobody's way`() async throws {
        try keeper.tree.make(for: ada)
        try keeper.tree.write(DropToken(), for: ada)
        let account = try await register()
        let text = try String(
            contentsOfFile: keeper.tree.path(.inbox, of: ada) + "/" + AccountTree.tokenFile, encoding: .utf8)
        #expect(try await world.ledger.tokens.verdict(on: try #require(DropToken(text)), of: account.id).isAccepted)
    }

    @Test func `removing takes the directories along`() async throws {
        let account = try await register()
        let job = try await world.job(.converting, of: account)
        try await keeper.remove(account, withFiles: true)
        #expect(try !keeper.tree.isUsed(ada))
        #expect(!FileManager.default.fileExists(atPath: keeper.tree.path(.inbox, of: ada)))
        #expect(try await world.ledger.jobs.job(job.id) == nil)
    }

    @Test func `there is no account until its address is confirmed, and then once`() async throws {
        let secret = try await begin()
        #expect(try await world.ledger.accounts.all().isEmpty)
        #expect(try await world.ledger.accounts.signIn("ada") == nil)
        let account = try #require(try await keeper.confirm(secret, as: ada, preset: .standard))
        #expect(account.email == address)
        #expect(try await world.ledger.accounts.signIn("ada")?.passwordHash == "hash")
        #expect(try await keeper.confirm(secret, as: ada, preset: .standard) == nil)
    }

    @Test func `a confirmation expires`() async throws {
        let secret = try await begin(expires: .now - 1)
        #expect(try await keeper.confirm(secret, as: ada, preset: .standard) == nil)
        #expect(try await world.ledger.registrations.pending(secret) == nil)
    }

    @Test func `of two that wait with one address the first that is confirmed gets it`() async throws {
        let (first, second) = (try await begin(), try await begin())
        #expect(try await keeper.confirm(second, as: ada, preset: .standard) != nil)
        #expect(try await keeper.confirm(first, as: ada, preset: .standard) == nil)
    }

    @Test func `a name that is taken meanwhile can be another`() async throws {
        let secret = try await begin()
        _ = try await world.ledger.accounts.add(
            name: ada, email: try #require(EmailAddress("other@example.org")), passwordHash: nil, preset: .standard)
        await #expect(throws: LedgerError.nameTaken("ada")) {
            try await keeper.confirm(secret, as: ada, preset: .standard)
        }
        let other = try #require(AccountName("lovelace"))
        #expect(try await keeper.confirm(secret, as: other, preset: .standard)?.name == other)
    }

    @Test func `the owner of a known address gets another letter, and nothing else differs`() async throws {
        let account = try await register()
        let stranger = try #require(AccountName("stranger"))
        for email in [address, try #require(EmailAddress("new@example.org"))] {
            try await world.ledger.registrations.begin(
                name: stranger, email: email, passwordHash: "hash", invitation: nil, expires: .now + 60, page: "page"
            ) { $0.text }
        }
        let letters = [
            try await world.ledger.letters.takeNext(.mail), try await world.ledger.letters.takeNext(.mail),
        ]
        #expect(letters.map { $0?.account } == [account.id, nil])
        #expect(letters.map { $0?.items.first?.subject.kind } == [.alreadyRegistered, .confirmAddress])
        let rows = try await world.ledger.database.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM registration")
        }
        #expect(rows == 2)
    }

    @Test func `an invitation makes one account, for its address`() async throws {
        let invitation = try await world.ledger.invitations.issue(email: address, expires: .now + 60)
        await #expect(throws: LedgerError.noSuchInvitation) {
            _ = try await register("mallory", invitation: invitation)
        }
        _ = try await register(invitation: invitation)
        await #expect(throws: LedgerError.noSuchInvitation) { _ = try await register("bob", invitation: invitation) }
        let old = try await world.ledger.invitations.issue(email: nil, expires: .now - 1)
        await #expect(throws: LedgerError.noSuchInvitation) { _ = try await register("bob", invitation: old) }
        #expect(try await world.ledger.accounts.all().map(\.name) == [ada])
    }

    @Test func `an invitation is used up by the account, not by the wish for one`() async throws {
        let invitation = try await world.ledger.invitations.issue(email: nil, expires: .now + 60)
        let secret = try await begin(invitation: invitation)
        _ = try await register("bob", invitation: invitation)
        await #expect(throws: LedgerError.noSuchInvitation) {
            try await keeper.confirm(secret, as: ada, preset: .standard)
        }
        #expect(try !keeper.tree.isUsed(ada))
    }

    @Test func `no secret is in the ledger once its letter is sent`() async throws {
        let secret = try await begin()
        let invitation = try await world.ledger.invitations.issue(email: nil, expires: .now + 60)
        try await world.ledger.letters.markSent(1, answer: "sent")
        for table in ["registration", "invitation", "letterItem"] {
            let rows = try await world.ledger.database.read { database in
                try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map(\.description)
            }
            #expect(!rows.isEmpty)
            #expect(!rows.description.contains(secret.text) && !rows.description.contains(invitation.text))
        }
    }

    @Test func `directories that a crash left behind go at the next start, and nobody gets them`() async throws {
        let account = try await register()
        try world.write("sound", to: "home/ada/outbox/film.mp3")
        // As far as a removal comes that a crash ends.
        #expect(try await world.ledger.accounts.removeClosed(account, withTree: true) == [])
        await #expect(throws: LedgerError.nameTaken("ada")) {
            try await keeper.add(name: ada, email: address, passwordHash: "hash", preset: .standard)
        }
        #expect(try await keeper.finishRemovals() == [:])
        #expect(try world.names(in: "home") == [])
        #expect(try await keeper.finishRemovals() == [:])
        _ = try await keeper.add(name: ada, email: address, passwordHash: "hash", preset: .standard)
    }

    @Test func `a removed account leaves no letters but those on their way, no uploads and no files`() async throws {
        let account = try await register()
        for _ in 0..<2 { try await world.ledger.letters.enqueue(.alreadyRegistered(page: nil), for: account.id) }
        try await world.ledger.letters.markSent(1, answer: "sent")
        let uploads = ResumableUploadStore(ledger: world.ledger, spool: world.spool)
        let upload = ResumableUpload(
            account: account.id, kind: .whole, drop: DropPath("a.mp4"), preset: nil, metadata: "", length: 5,
            expires: .now + 60)
        try await uploads.begin(upload, room: nil)
        #expect(try world.spoolFiles.count == 1)
        try await keeper.remove(account, withFiles: true)
        #expect(try world.spoolFiles == [])
        #expect(try world.names(in: "home") == [])
        let letters = try await world.ledger.database.read { try Int.fetchAll($0, sql: "SELECT id FROM letter") }
        #expect(letters == [2])
        #expect(try await world.ledger.accounts.leftTrees() == [])
    }

    @Test func `what is claimed while an account is being removed is ended first`() async throws {
        let account = try await world.account()
        _ = try await world.ledger.accounts.close(account.id)
        let late = try await world.job(.queued, of: account)
        let ended = try await world.ledger.accounts.removeClosed(account, withTree: true)
        #expect(ended.map(\.id) == [late.id])
        #expect(try await world.ledger.jobs.job(late.id)?.state == .cancelled)
        try await keeper.remove(account, withFiles: true)
        #expect(try await world.ledger.accounts.all() == [])
        #expect(try world.names(in: "home") == [])
    }
}
