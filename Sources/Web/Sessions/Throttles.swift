import Domain
import HTTPTypes

/// How often what may be guessed can be tried, and what costs others something be asked for.
///
/// SECURITY: whether there is an account with that name makes no difference to any answer, nor whether a name and an
/// address are one account's: what was typed is counted. As an account has one name and one address, twice as many tries
/// are all that can be made at it. So that a stranger cannot lock somebody out, an account is not held up where it was
/// signed in to before: such a place has tries of its own.
struct Throttles: Sendable {
    /// Wrong passwords, by what was typed, by that and the place, and by place.
    private let byLogin = Throttle(burst: 10, every: .seconds(30))
    private let byFamiliar = Throttle(burst: 10, every: .seconds(30))
    private let byPlace = Throttle(burst: 50, every: .seconds(5))
    private let familiar = FamiliarPlaces()
    /// Accounts that are wanted, by place.
    private let registrations = Throttle(burst: 20, every: .seconds(60))
    /// Letters that somebody asks for, by whom they are to, and by place.
    private let letters = Throttle(burst: 3, every: .seconds(20 * 60))
    private let lettersByPlace = Throttle(burst: 20, every: .seconds(60))

    /// One try at a password, which `succeeded` and `giveBack` give back.
    struct Try: Sendable {
        fileprivate let login: String
        fileprivate let place: String
        /// The account at the place, and whether it was signed in to from there.
        fileprivate let familiar: String
        fileprivate let isFamiliar: Bool

        fileprivate var pair: String { "\(place) \(login)" }
    }

    /// Runs one try. Nothing is counted where the password was right, or could not be checked.
    /// - Throws: A ``Problem`` where it has to wait.
    func tryPassword(
        login: String, account: Account.ID?, from place: IPAddress?, _ check: () async throws -> Bool
    ) async throws -> Bool {
        let attempt = try tryPassword(login: login, account: account, from: place)
        do {
            let isRight = try await check()
            if isRight { succeeded(attempt) }
            return isRight
        } catch {
            giveBack(attempt)
            throw error
        }
    }

    /// - Throws: A ``Problem`` where it has to wait.
    func tryPassword(login: String, account: Account.ID?, from place: IPAddress?) throws -> Try {
        let (login, text) = (login.lowercased(), Self.text(place))
        let pair = "\(text) \(account.map { "#\($0)" } ?? login)"
        let attempt = Try(login: login, place: text, familiar: pair, isFamiliar: familiar.contains(pair))
        try Self.check(byPlace.take(text))
        let wait = attempt.isFamiliar ? byFamiliar.take(attempt.pair) : byLogin.take(login)
        if wait != nil { byPlace.giveBack(text) }
        try Self.check(wait)
        return attempt
    }

    func succeeded(_ attempt: Try) {
        giveBack(attempt)
        familiar.insert(attempt.familiar)
    }

    func giveBack(_ attempt: Try) {
        byPlace.giveBack(attempt.place)
        if attempt.isFamiliar { byFamiliar.giveBack(attempt.pair) } else { byLogin.giveBack(attempt.login) }
    }

    func register(from place: IPAddress?) throws { try Self.check(registrations.take(Self.text(place))) }

    /// Whoever registers is counted by place already.
    func letter(to recipient: String) throws { try Self.check(letters.take(recipient.trimmed.lowercased())) }

    func letter(to recipient: String, from place: IPAddress?) throws {
        try Self.check(lettersByPlace.take(Self.text(place)))
        try letter(to: recipient)
    }

    private static func text(_ place: IPAddress?) -> String {
        place.map { $0.network.map { String($0, radix: 16) }.joined(separator: ".") } ?? "local"
    }

    private static func check(_ wait: Duration?) throws {
        guard let wait else { return }
        let seconds = max(1, wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0))
        throw Problem(
            status: .tooManyRequests, detail: "That was tried too often. Try again in \(seconds) s.",
            headers: [.retryAfter: "\(seconds)"])
    }
}
