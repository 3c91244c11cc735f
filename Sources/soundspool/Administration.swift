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
    let keeper: AccountKeeper

    /// Becomes the service's user first, so that nothing is made that the service could not change.
    init(settings: Settings) throws {
        self.settings = settings
        do {
            try Identity.assumeOwner(of: settings.state)
            ledger = try Ledger(state: settings.state, letters: settings.mail.policy)
            tree = AccountTree(root: settings.root)
            keeper = AccountKeeper(ledger: ledger, tree: tree, wakeFile: WakeFile(state: settings.state))
        } catch let error as SystemError where error.isMissing {
            throw CommandFailure.misconfigured(
                "there is no state directory \(settings.state); start the service first, or name another configuration with --config"
            )
        } catch {
            throw CommandFailure("cannot open the ledger in \(settings.state): \(error)", status: EX_NOPERM)
        }
    }

    /// Makes a running service look at once.
    func tellService(_ subject: WakeFile.Subject = .changed) throws { try keeper.tellService(subject) }

    func account(_ name: String) async throws -> Account {
        guard let valid = AccountName(name), let account = try await ledger.accounts.account(named: valid) else {
            throw CommandFailure(LedgerError.noSuchAccount(name).description, status: EX_NOUSER)
        }
        return account
    }
}

enum Passwords {
    /// Some 95 bits, in characters that cannot be mistaken for each other.
    static func generate() -> String {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        return String((0..<19).compactMap { _ in alphabet.randomElement(using: &generator) })
    }

    /// One line of standard input.
    static func readFromStandardInput() throws -> String {
        guard let line = readLine() else {
            throw CommandFailure("there is no password on standard input", status: EX_DATAERR)
        }
        if let problem = PasswordRule.problem(with: line) {
            throw CommandFailure("the password on standard input cannot be used. \(problem)", status: EX_DATAERR)
        }
        return line
    }
}
