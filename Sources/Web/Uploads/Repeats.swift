import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Storage
import Synchronization

/// Answers a repeated request as the first one was: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). A
/// sender whose connection broke before the answer came sends its request again; the same key is the same job.
final class Repeats: Sendable {
    /// How long a key is remembered.
    private static let lifetime = 24.0 * 60 * 60
    private static let maximumLength = 255

    private struct Sent: Hashable {
        let account: Account.ID
        let key: String
    }

    private let ledger: Ledger
    private let underWay = Mutex<Set<Sent>>([])

    init(ledger: Ledger) { self.ledger = ledger }

    /// Runs `body`, unless a request with the same key did already: then its jobs are returned.
    /// - Parameter fingerprint: What the request asks for.
    func once(
        _ request: Request, _ fingerprint: String, of account: Account, _ body: (RequestMemo?) async throws -> [Job]
    ) async throws -> [Job] {
        func jobs(_ outcome: IdempotencyKeys.Outcome) -> [Job]? {
            if case .jobs(let jobs) = outcome { jobs } else { nil }
        }
        return try await once(request, fingerprint, of: account, jobs, body)
    }

    /// The same for a request that makes something else.
    /// - Parameter known: What an earlier request became; nil where that is of another kind.
    func once<Made>(
        _ request: Request, _ fingerprint: String, of account: Account,
        _ known: (IdempotencyKeys.Outcome) async throws -> Made?, _ body: (RequestMemo?) async throws -> Made
    ) async throws -> Made {
        guard let key = try Self.key(request) else { return try await body(nil) }
        let mine = Sent(account: account.id, key: key.text)
        guard underWay.withLock({ $0.insert(mine).inserted }) else {
            throw Problem(
                status: .conflict, detail: "A request with this Idempotency-Key is under way. Wait for its answer.")
        }
        defer { underWay.withLock { _ = $0.remove(mine) } }
        if let earlier = try await ledger.idempotencyKeys.known(key.text, of: account.id) {
            if earlier.request == fingerprint, let made = try await known(earlier.outcome) { return made }
            // A person who went back to an old page chose other files; a program is told of its mistake.
            if key.isOfPage { return try await body(nil) }
            throw Problem(
                status: .unprocessableContent,
                detail: "This Idempotency-Key was used for another request. Make a new one for each upload.")
        }
        return try await body(RequestMemo(key: key.text, request: fingerprint, expires: .now + Self.lifetime))
    }

    private struct Key {
        let text: String
        /// Whether the page's form made it up.
        let isOfPage: Bool
    }

    /// The field, or `?key=` of the page's form, which can send no fields.
    private static func key(_ request: Request) throws(Problem) -> Key? {
        if let text = try key(request.headers.value(of: "Idempotency-Key")) { return Key(text: text, isOfPage: false) }
        guard request.uri.path == "/upload", let text = try key(request.uri.queryParameters["key"].map(String.init))
        else { return nil }
        return Key(text: text, isOfPage: true)
    }

    /// A string as RFC 9651 section 3.3.3 has it, or the bare text that many send.
    private static func key(_ field: String?) throws(Problem) -> String? {
        guard let field else { return nil }
        var key = field.trimmed[...]
        if key.count > 1, key.hasPrefix("\""), key.hasSuffix("\"") { key = key.dropFirst().dropLast() }
        guard (1...maximumLength).contains(key.utf8.count) else {
            throw .badRequest("Idempotency-Key should have 1 to \(maximumLength) characters.")
        }
        return String(key)
    }
}
