import ConversionContract
import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct AccountStoreTests {
    private let world: World
    private var accounts: AccountStore { world.ledger.accounts }

    init() throws { world = try World() }

    private func add(_ name: String, _ email: String, passwordHash: String? = nil) async throws -> Account {
        try await accounts.add(
            name: try #require(AccountName(name)), email: try #require(EmailAddress(email)),
            passwordHash: passwordHash, preset: .voice)
    }

    @Test func `an account is found by all its names`() async throws {
        let account = try await add("ada", "Ada@Example.org", passwordHash: "hash")
        #expect(account.isEnabled)
        #expect(account.preset == .voice)
        #expect(account.email.text == "Ada@Example.org")
        #expect(try await accounts.account(account.id) == account)
        #expect(try await accounts.account(named: account.name) == account)
        #expect(try await accounts.all() == [account])
        for login in ["ada", "Ada@Example.org", "ada@example.org", "ADA@EXAMPLE.ORG"] {
            let found = try #require(try await accounts.signIn(login))
            #expect(found.account == account)
            #expect(found.passwordHash == "hash")
        }
    }

    @Test func `an account becomes an administrator's, and is no longer`() async throws {
        let account = try await add("ada", "ada@example.org")
        #expect(!account.isAdministrator)
        try await accounts.setAdministrator(true, account.id)
        #expect(try await accounts.account(account.id)?.isAdministrator == true)
        try await accounts.setAdministrator(false, account.id)
        #expect(try await accounts.account(account.id)?.isAdministrator == false)
    }

    @Test func `an administrator sees what each account has under way and had today`() async throws {
        let (bob, ada) = (try await world.account("bob"), try await world.account("ada"))
        _ = try await world.account("grace")
        for account in [ada, ada, bob] { _ = try await world.job(.published, of: account) }
        let first = try #require(try await world.ledger.jobs.jobs(of: ada.id).last)
        let waiting = try await world.job(.queued, of: ada)
        // What came before the day began.
        try await world.ledger.database.write { database in
            try database.execute(sql: "UPDATE job SET created = created - 100000 WHERE id = ?", arguments: [first.id])
        }
        let figures = try await accounts.figures(since: .now - 50_000)
        #expect(figures.map(\.account.name.text) == ["ada", "bob", "grace"])
        #expect(figures.map(\.jobsToday) == [2, 1, 0])
        #expect(figures.map(\.queuedBytes) == [5, 0, 0])
        #expect(figures[0].lastDrop == waiting.created)
        #expect(figures[2].lastDrop == nil)
        #expect(try await world.ledger.jobs.queueLength() == 1)
        #expect(try await accounts.figures(since: .now + 1).map(\.jobsToday) == [0, 0, 0])
    }

    @Test(arguments: ["", "bob", "ADA", "ada@example.com", "%", "ada' OR '1'='1"])
    func `nobody else is found`(login: String) async throws {
        _ = try await add("ada", "ada@example.org")
        #expect(try await accounts.signIn(login) == nil)
    }

    @Test func `accounts are listed by name`() async throws {
        for name in ["carl", "ada", "bob"] { _ = try await add(name, "\(name)@example.org") }
        #expect(try await accounts.all().map(\.name.text) == ["ada", "bob", "carl"])
    }

    @Test func `a name can be taken once`() async throws {
        _ = try await add("ada", "ada@example.org")
        await #expect(throws: LedgerError.nameTaken("ada")) { _ = try await add("ada", "other@example.org") }
        #expect(try await accounts.all().count == 1)
    }

    @Test(arguments: ["ada@example.org", "ADA@example.org", "ada@EXAMPLE.Org"])
    func `an address can be taken once, in whatever case`(email: String) async throws {
        _ = try await add("ada", "ada@example.org")
        await #expect(throws: LedgerError.emailTaken(email)) { _ = try await add("bob", email) }
        #expect(try await accounts.all().count == 1)
    }

    @Test func `an account without a password cannot sign in`() async throws {
        _ = try await add("ada", "ada@example.org")
        let found = try #require(try await accounts.signIn("ada"))
        #expect(found.passwordHash == nil)
    }

    @Test func `disabling ends the account's sessions and nobody else's`() async throws {
        let (ada, bob) = (try await add("ada", "ada@example.org"), try await add("bob", "bob@example.org"))
        for account in [ada, bob] {
            try await world.ledger.sessions.begin(account.name.text, for: account.id, expires: .distantFuture)
        }
        try await accounts.setEnabled(false, ada.id)
        #expect(try await accounts.account(ada.id)?.isEnabled == false)
        #expect(try await world.ledger.sessions.account(of: "ada") == nil)
        #expect(try await world.ledger.sessions.account(of: "bob") == bob)
        // Signing in again is asked for, even where the account is enabled again.
        try await accounts.setEnabled(true, ada.id)
        #expect(try await accounts.account(ada.id) == ada)
        #expect(try await world.ledger.sessions.account(of: "ada") == nil)
    }

    @Test func `a new password ends the sessions of the old one`() async throws {
        let ada = try await add("ada", "ada@example.org", passwordHash: "old")
        try await world.ledger.sessions.begin("session", for: ada.id, expires: .distantFuture)
        try await accounts.setPassword(hash: "new", ada.id)
        #expect(try await accounts.signIn("ada")?.passwordHash == "new")
        #expect(try await world.ledger.sessions.account(of: "session") == nil)
    }

    @Test func `closing cancels what is not finished, without letters`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let published = try await world.job(.published, of: ada)
        let failed = try await world.job(.failed, of: ada)
        let converting = try await world.job(.converting, of: ada)
        let queued = try await world.job(.queued, of: ada)
        let claiming = try await world.job(.claiming, of: ada)
        let others = try await world.job(.queued, of: bob)
        let letters = try await world.ledger.letters.counts()

        #expect(try await accounts.close(ada.id).map(\.id) == [converting, queued, claiming].map(\.id))

        #expect(try await accounts.account(ada.id)?.isEnabled == false)
        for job in [converting, queued, claiming] {
            let cancelled = try #require(try await world.ledger.jobs.job(job.id))
            #expect(cancelled.state == .cancelled)
            #expect(cancelled.finished != nil)
            #expect(cancelled.failure == JobFailure(reason: "cancelled", message: "The account was removed."))
        }
        for job in [published, failed, others] { #expect(try await world.ledger.jobs.job(job.id) == job) }
        #expect(try await world.ledger.letters.counts() == letters)
        #expect(try await accounts.close(ada.id).isEmpty)
    }

    @Test func `removing takes everything but letters along`() async throws {
        let ada = try await world.account("ada")
        let token = try await world.ledger.tokens.issue(label: "first", expires: nil, for: ada.id)
        try await world.ledger.sessions.begin("session", for: ada.id, expires: .distantFuture)
        let job = try await world.job(.published, of: ada)
        try await accounts.remove(ada.id)
        #expect(try await accounts.all().isEmpty)
        #expect(try await world.ledger.jobs.job(job.id) == nil)
        #expect(try await world.ledger.tokens.all(of: ada.id).isEmpty)
        #expect(try await world.ledger.tokens.account(for: token) == nil)
        #expect(try await world.ledger.sessions.account(of: "session") == nil)
        #expect(try await world.ledger.letters.takeNext(.mail)?.accountName == ada.name)
    }

    /// A number that was given again would give a new account the files that an old one's jobs left.
    @Test func `numbers are not given again`() async throws {
        let first = try await add("ada", "ada@example.org")
        try await accounts.remove(first.id)
        #expect(try await add("ada", "ada@example.org").id > first.id)
    }
}
