import Domain
import FoundationEssentials
import HTTPTypes
import Storage

/// Makes accounts for those who register, changes their passwords, and removes accounts.
struct Accounts: Sendable {
    let settings: WebSettings
    let keeper: AccountKeeper
    let gate: PasswordGate
    let throttles: Throttles
    let live: LiveState
    /// Called whenever a letter was queued.
    let onLetter: @Sendable () -> Void

    /// How long a confirmation's link is good, and one that sets a password, in seconds.
    private static let confirmLifetime = 24.0 * 60 * 60
    private static let resetLifetime = 60.0 * 60

    private var ledger: Ledger { keeper.ledger }
    private var links: AccountLinks? { settings.publicURL.map { AccountLinks(publicURL: $0) } }

    // MARK: Registering

    struct Wish: Decodable, Sendable {
        let name: String
        let email: String
        let password: String
        let invitation: String?
    }

    /// Makes an account, or writes down that one is wanted and sends a letter.
    ///
    /// An address that there is an account with is answered like one that there is not, after the same work: only a letter
    /// to it tells. Names are no secret: whoever wants one that is taken must choose another.
    func register(_ wish: Wish, from place: IPAddress?) async throws {
        let invitation = try invitation(wish.invitation)
        guard let name = AccountName(wish.name.trimmed.lowercased()) else {
            throw Problem.badRequest("The name should be \(AccountName.rule).")
        }
        guard let email = EmailAddress(wish.email.trimmed) else {
            throw Problem.badRequest("The e-mail address should be \(EmailAddress.rule).")
        }
        try check(wish.password, of: [name.text, email.text])
        try throttles.register(from: place)
        try throttles.letter(to: email.text)
        let hash = try await gate.hash(wish.password)
        do {
            guard try await ledger.accounts.account(named: name) == nil else { throw LedgerError.nameTaken(name.text) }
            if settings.confirmsAddresses, let links {
                try await ledger.registrations.begin(
                    name: name, email: email, passwordHash: hash, invitation: invitation,
                    expires: .now + Self.confirmLifetime, page: links.signIn, link: links.confirm)
                onLetter()
            } else {
                try await make(name, email, hash, invitation)
            }
        } catch let error as LedgerError {
            throw try Self.problem(error)
        }
    }

    private func make(
        _ name: AccountName, _ email: EmailAddress, _ hash: String, _ invitation: OneTimeSecret?
    ) async throws {
        do {
            _ = try await keeper.register(
                name: name, email: email, passwordHash: hash, preset: settings.preset, invitation: invitation)
        } catch LedgerError.emailTaken {
            guard let known = try await ledger.accounts.signIn(email.text)?.account else { return }
            try await ledger.letters.enqueue(.alreadyRegistered(page: links?.signIn), for: known.id)
            onLetter()
        }
    }

    private func invitation(_ text: String?) throws -> OneTimeSecret? {
        switch settings.registration {
        case .closed:
            throw Problem(
                status: .forbidden, detail: "Nobody can register here. Ask the administrator for an account.")
        case .open where text?.isEmpty ?? true: return nil
        case .open, .invite:
            guard let secret = text.flatMap({ OneTimeSecret($0) }) else {
                throw Problem(
                    status: .forbidden,
                    detail: "Registering needs an invitation. Open the link in yours, or ask the administrator for one."
                )
            }
            return secret
        }
    }

    private static func problem(_ error: LedgerError) throws -> Problem {
        switch error {
        case .nameTaken(let name): Problem(status: .conflict, detail: "The name \(name) is taken. Choose another one.")
        case .emailTaken:
            Problem(status: .conflict, detail: "There is an account with this address by now. Sign in with it.")
        case .noSuchInvitation:
            Problem(
                status: .forbidden,
                detail: "This invitation was used or has expired, or is for another address. Ask for another one.")
        default: throw error
        }
    }

    // MARK: Confirming

    struct Confirmation: Decodable, Sendable {
        let secret: String
        let password: String
        /// In place of the one that was wanted.
        let name: String?
    }

    /// SECURITY: asks for the password that was given when registering. Somebody else may have registered with this
    /// address, and whoever opens the letter would otherwise get an account whose password that somebody knows.
    func confirm(_ confirmation: Confirmation, from place: IPAddress?) async throws -> Account {
        let gone = Problem.notFound("This link was used or has expired. Register again to get another one.")
        guard let secret = OneTimeSecret(confirmation.secret),
            let pending = try await ledger.registrations.pending(secret)
        else { throw gone }
        let isRight = try await throttles.tryPassword(login: "confirm \(secret.text)", account: nil, from: place) {
            try await gate.verify(confirmation.password, pending.passwordHash)
        }
        guard isRight else {
            throw Problem(
                status: .unauthorized, detail: "This is not the password that was given when registering.")
        }
        let wanted = confirmation.name.flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed.lowercased() }
        guard let name = wanted.map(AccountName.init) ?? pending.name else {
            throw Problem.badRequest("The name should be \(AccountName.rule).")
        }
        do {
            guard let account = try await keeper.confirm(secret, as: name, preset: settings.preset) else { throw gone }
            return account
        } catch let error as LedgerError {
            throw try Self.problem(error)
        }
    }

    // MARK: Passwords

    private func check(_ password: String, of names: [String]) throws {
        if let problem = PasswordRule.problem(with: password, names: names) { throw Problem.badRequest(problem) }
    }

    /// Whether it is the account's; for what a stolen session must not be enough for.
    private func verify(_ password: String, of account: Account, from place: IPAddress?) async throws {
        let isRight = try await throttles.tryPassword(login: account.name.text, account: account.id, from: place) {
            try await gate.verify(password, ledger.accounts.passwordHash(of: account.id))
        }
        guard isRight else { throw Problem(status: .forbidden, detail: "This is not your password.") }
    }

    /// Every other session ends.
    func changePassword(
        of visitor: Visitor, current: String, new: String, from place: IPAddress?
    ) async throws {
        let account = visitor.account
        try await verify(current, of: account, from: place)
        try check(new, of: [account.name.text, account.email.text])
        try await ledger.accounts.setPassword(
            hash: try await gate.hash(new), account.id, keeping: visitor.session)
        live.post(.sessionsEnded(account.id))
    }

    /// Sends a letter to whoever signs in with this; does as much where nobody does.
    func forgot(_ login: String, from place: IPAddress?) async throws {
        guard let links else {
            throw Problem(
                status: .forbidden,
                detail: "No letters can be sent from here. Ask the administrator for a new password.")
        }
        try throttles.letter(to: login, from: place)
        try await ledger.passwordResets.begin(login.trimmed, expires: .now + Self.resetLifetime, link: links.reset)
        onLetter()
    }

    /// Every session ends.
    func reset(_ text: String, to new: String) async throws {
        let gone = Problem.notFound("This link was used or has expired. Ask for another letter.")
        guard let secret = OneTimeSecret(text), let account = try await ledger.passwordResets.account(secret) else {
            throw gone
        }
        try check(new, of: [account.name.text, account.email.text])
        guard try await ledger.passwordResets.complete(secret, passwordHash: try await gate.hash(new)) != nil else {
            throw gone
        }
        live.post(.sessionsEnded(account.id))
    }

    // MARK: Removing

    func remove(_ account: Account, password: String, from place: IPAddress?) async throws {
        try await verify(password, of: account, from: place)
        defer { live.post(.sessionsEnded(account.id)) }
        try await keeper.remove(account, withFiles: true)
    }
}
