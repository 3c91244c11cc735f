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
        guard let key = try Self.key(request.headers.value(of: "Idempotency-Key")) else { return try await body(nil) }
        let mine = Sent(account: account.id, key: key)
        guard underWay.withLock({ $0.insert(mine).inserted }) else {
            throw Problem(
                status: .conflict, detail: "A request with this Idempotency-Key is under way. Wait for its answer.")
        }
        defer { underWay.withLock { _ = $0.remove(mine) } }
        if let known = try await ledger.idempotencyKeys.known(key, of: account.id) {
            guard known.request == fingerprint else {
                throw Problem(
                    status: .unprocessableContent,
                    detail: "This Idempotency-Key was used for another request. Make a new one for each upload.")
            }
            return known.jobs
        }
        return try await body(RequestMemo(key: key, request: fingerprint, expires: .now + Self.lifetime))
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
