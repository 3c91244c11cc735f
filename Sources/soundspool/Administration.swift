import ConversionContract
import Domain
import FoundationEssentials
import Glibc
import LinuxSystem
import Storage

/// What an administrator's command works on: the ledger, the files, and the way to tell a running service.
struct Administration {
    let settings: Settings
    let ledger: Ledger
    let tree: AccountTree
    private let wakeFile: WakeFile

    /// Becomes the service's user first, so that nothing is made that the service could not change.
    init(settings: Settings) throws {
        self.settings = settings
        do {
            try Identity.assumeOwner(of: settings.state)
            ledger = try Ledger(state: settings.state, letters: settings.mail.policy)
            tree = AccountTree(root: settings.root)
            wakeFile = WakeFile(state: settings.state)
        } catch let error as SystemError where error.isMissing {
            throw CommandFailure.misconfigured(
                "there is no state directory \(settings.state); start the service first, or name another configuration with --config"
            )
        } catch {
            throw CommandFailure("cannot open the ledger in \(settings.state): \(error)", status: EX_NOPERM)
        }
    }

    /// Makes a running service look at once.
    func tellService() throws { try wakeFile.touch() }

    func account(_ name: String) async throws -> Account {
        guard let valid = AccountName(name), let account = try await ledger.accounts.account(named: valid) else {
            throw CommandFailure(LedgerError.noSuchAccount(name).description, status: EX_NOUSER)
        }
        return account
    }

    /// Makes an account with its directories, and its first token in its inbox.
    func addAccount(
        name: AccountName, email: EmailAddress, password: String, preset: Preset, letters: LetterChoice = .digest
    ) async throws -> Account {
        try tree.prepare()
        let account = try await ledger.accounts.add(
            name: name, email: email, passwordHash: try await PasswordHash.make(password), preset: preset,
            letters: letters)
        try tree.make(for: name)
        try tree.write(try await ledger.tokens.issue(label: "first", expires: nil, for: account.id), for: name)
        try tellService()
        return account
    }

    /// Ends everything an account has under way, then removes it, and its files if asked to.
    func removeAccount(_ account: Account, withFiles: Bool) async throws {
        let recovery = SpoolRecovery(ledger: ledger, spool: Spool(tree: tree))
        let unfinished = try await ledger.accounts.close(account.id)
        try tellService()
        for job in unfinished { _ = try await recovery.breakOff(job.id, .init(notBefore: .now)) }
        try await ledger.accounts.remove(account.id)
        try tellService()
        if withFiles { try tree.remove(account.name) }
    }
}

enum Passwords {
    static let lengths = 8...256

    /// Some 95 bits, in characters that cannot be mistaken for each other.
    static func generate() -> String {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        return String((0..<19).compactMap { _ in alphabet.randomElement(using: &generator) })
    }

    /// One line of standard input.
    static func readFromStandardInput() throws -> String {
        guard let line = readLine(), lengths.contains(line.count) else {
            throw CommandFailure(
                "the password on standard input should have \(lengths.lowerBound) to \(lengths.upperBound) characters",
                status: EX_DATAERR)
        }
        return line
    }
}
