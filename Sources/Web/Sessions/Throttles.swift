import Domain
import HTTPTypes

/// How often what may be guessed can be tried, and what costs others something be asked for.
///
/// SECURITY: whether there is an account with that name makes no difference to any answer. So that a stranger cannot lock
/// somebody out, an account is not held up where it was signed in to before: such a place has tries of its own.
struct Throttles: Sendable {
    /// Wrong passwords, by account, by account and place, and by place.
    private let byAccount = Throttle(burst: 10, every: .seconds(30))
    private let byFamiliar = Throttle(burst: 10, every: .seconds(30))
    private let byPlace = Throttle(burst: 50, every: .seconds(5))
    private let familiar = FamiliarPlaces()
    /// Accounts that are wanted, by place.
    private let registrations = Throttle(burst: 20, every: .seconds(60))
    /// Letters that somebody asks for, by whom they are to.
    private let letters = Throttle(burst: 3, every: .seconds(20 * 60))

    /// One try at a password, which `succeeded` gives back.
    struct Try: Sendable {
        fileprivate let account: String
        fileprivate let place: String
        fileprivate let isFamiliar: Bool

        fileprivate var pair: String { "\(place) \(account)" }
    }

    /// - Throws: A ``Problem`` where it has to wait.
    func tryPassword(login: String, account: Account.ID?, from place: IPAddress?) throws -> Try {
        // A name and an address of one account count together.
        let key = account.map { "#\($0)" } ?? login.lowercased()
        let text = Self.text(place)
        let attempt = Try(account: key, place: text, isFamiliar: familiar.contains("\(text) \(key)"))
        try Self.check(byPlace.take(text))
        let wait = attempt.isFamiliar ? byFamiliar.take(attempt.pair) : byAccount.take(key)
        if wait != nil { byPlace.giveBack(text) }
        try Self.check(wait)
        return attempt
    }

    func succeeded(_ attempt: Try) {
        byPlace.giveBack(attempt.place)
        if attempt.isFamiliar { byFamiliar.giveBack(attempt.pair) } else { byAccount.giveBack(attempt.account) }
        familiar.insert(attempt.pair)
    }

    func register(from place: IPAddress?) throws { try Self.check(registrations.take(Self.text(place))) }

    func letter(to recipient: String) throws { try Self.check(letters.take(recipient.trimmed.lowercased())) }

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
