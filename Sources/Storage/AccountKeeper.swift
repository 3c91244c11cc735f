public import ConversionContract
public import Domain
import FoundationEssentials
import GRDB
import LinuxSystem

/// Makes accounts and takes them away, with their directories: for the administrator's commands and for the web page.
public struct AccountKeeper: Sendable {
    public let ledger: Ledger
    public let tree: AccountTree
    private let wakeFile: WakeFile

    /// - Parameter wakeFile: Through which a running service learns of it.
    public init(ledger: Ledger, tree: AccountTree, wakeFile: WakeFile) {
        self.ledger = ledger
        self.tree = tree
        self.wakeFile = wakeFile
    }

    /// Makes the service look at once.
    public func tellService(_ subject: WakeFile.Subject = .changed) throws { try wakeFile.touch(subject) }

    // MARK: Making

    /// Makes an account for the administrator. Directories of that name that there are become the account's.
    public func add(
        name: AccountName, email: EmailAddress, passwordHash: String, preset: Preset, letters: LetterChoice = .digest,
        isAdministrator: Bool = false
    ) async throws -> Account {
        try tree.prepare()
        let account = try await ledger.database.write { database in
            let account = try AccountStore.insert(
                database, name: name, email: email, passwordHash: passwordHash, preset: preset, letters: letters,
                isAdministrator: isAdministrator)
            try furnish(database, account)
            return account
        }
        try tellService()
        return account
    }

    /// Makes an account for somebody who registered and need not confirm the address.
    /// - Throws: ``LedgerError`` where the name or the address is taken, or the invitation is no good.
    public func register(
        name: AccountName, email: EmailAddress, passwordHash: String, preset: Preset, invitation: OneTimeSecret?
    ) async throws -> Account {
        let account = try await ledger.database.write { database in
            if let invitation { try InvitationStore.redeem(database, invitation.digest, for: email) }
            return try makeForStranger(
                database, name: name, email: email, passwordHash: passwordHash, preset: preset)
        }
        try tellService()
        return account
    }

    /// Makes the account whose address is confirmed by `secret`, under another name where its own is taken meanwhile.
    /// Nil where the secret is worth nothing.
    /// - Throws: ``LedgerError``, as `register`.
    public func confirm(_ secret: OneTimeSecret, as name: AccountName, preset: Preset) async throws -> Account? {
        let account: Account? = try await ledger.database.write { database in
            guard let pending = try RegistrationStore.pending(database, secret) else { return nil }
            if let invitation = pending.invitation {
                try InvitationStore.redeem(database, invitation, for: pending.email)
            }
            let account = try makeForStranger(
                database, name: name, email: pending.email, passwordHash: pending.passwordHash, preset: preset)
            try RegistrationStore.forget(database, pending.email)
            return account
        }
        try tellService()
        return account
    }

    /// SECURITY: files that a removed account left behind are not for whoever chooses its name next.
    private func makeForStranger(
        _ database: Database, name: AccountName, email: EmailAddress, passwordHash: String, preset: Preset
    ) throws -> Account {
        guard try !tree.isUsed(name) else { throw LedgerError.nameTaken(name.text) }
        let account = try AccountStore.insert(
            database, name: name, email: email, passwordHash: passwordHash, preset: preset, letters: .digest)
        try furnish(database, account)
        return account
    }

    /// The directories, and a first token in the inbox: within the transaction that makes the account, so that there is
    /// no account without them, and that of two at once only one writes.
    private func furnish(_ database: Database, _ account: Account) throws {
        try tree.make(for: account.name)
        let token = try TokenStore.issue(database, label: "first", expires: nil, for: account.id)
        try tree.write(token, for: account.name)
    }

    // MARK: Removing

    /// Ends everything an account has under way, then removes it, and its files if asked to. Files that a crash or an
    /// error leaves are removed by ``finishRemovals()``.
    public func remove(_ account: Account, withFiles: Bool) async throws {
        let spool = Spool(tree: tree)
        let recovery = SpoolRecovery(ledger: ledger, spool: spool)
        var ended: [Job] = []
        var unfinished = try await ledger.accounts.close(account.id)
        try tellService()
        repeat {
            for job in unfinished { _ = try await recovery.breakOff(job.id, .init(notBefore: .now)) }
            ended += unfinished
            unfinished = try await ledger.accounts.removeClosed(account, withTree: withFiles)
        } while !unfinished.isEmpty
        try tellService()
        // The rows of its uploads are gone.
        _ = try await ResumableUploadStore(ledger: ledger, spool: spool).removeStrangers()
        guard withFiles else { return }
        try await removeTree(account.name)
        // Who was just taking a drop puts it back where it finds its job cancelled. That place is gone now.
        for job in ended { try await onBlockingThread { try spool.discardSource(job.id) } }
    }

    /// Removes the directories that removals left behind. Returns why some are still there.
    public func finishRemovals() async throws -> [AccountName: String] {
        var causes: [AccountName: String] = [:]
        for name in try await ledger.accounts.leftTrees() {
            do { try await removeTree(name) } catch { causes[name] = "\(error)" }
        }
        return causes
    }

    private func removeTree(_ name: AccountName) async throws {
        try await onBlockingThread { [tree] in
            if try tree.homes().has(Array(name.text.utf8)) { try tree.remove(name) }
        }
        try await ledger.accounts.forgetLeftTree(name)
    }
}
