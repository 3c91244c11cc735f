import Crypto
public import Domain
public import FoundationEssentials

/// Signs the links in letters, which open one thing to whoever holds them, without signing in.
///
/// SECURITY: HMAC-SHA256 (RFC 2104) over what the link opens and until when, with a key that is derived from the
/// service's signing key for this alone, so that a link's signature is worth nothing as a session's, nor one kind of
/// link's as another's. Compared in constant time. A link cannot be called back before it expires, other than by
/// disabling its account or by a new signing key.
public struct LinkSigner: Sendable {
    /// What a link opens.
    public enum Purpose: Sendable, Hashable {
        /// The MP3 of a job.
        case download(Job.ID)
        /// The choice which letters an account gets.
        case letters(Account.ID)

        fileprivate var text: String {
            switch self {
            case .download(let job): "download \(job)"
            case .letters(let account): "letters \(account)"
            }
        }
    }

    public enum Verdict: Sendable, Hashable {
        case valid
        case expired
        /// Altered, or signed by somebody else.
        case forged
    }

    private let key: SymmetricKey

    /// - Parameter signingKey: The service's secret, at least 32 bytes.
    public init(signingKey: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: signingKey), info: Data("soundspool links 1".utf8),
            outputByteCount: 32)
    }

    /// The signature in base64url (RFC 4648 section 5), unpadded.
    /// - Parameter expires: In whole seconds since 1970; nil for a link that does not expire.
    public func signature(for purpose: Purpose, expires: Int64?) -> String {
        Data(HMAC<SHA256>.authenticationCode(for: message(purpose, expires), using: key)).base64URL
    }

    public func verdict(
        on signature: String, for purpose: Purpose, expires: Int64?, at now: Date = .now
    ) -> Verdict {
        guard let code = Data(base64URL: signature),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message(purpose, expires), using: key)
        else { return .forged }
        guard let expires else { return .valid }
        return now.timeIntervalSince1970 < Double(expires) ? .valid : .expired
    }

    private func message(_ purpose: Purpose, _ expires: Int64?) -> Data {
        Data("\(purpose.text) \(expires.map { String($0) } ?? "forever")".utf8)
    }
}

extension Data {
    fileprivate var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Only what `base64URL` writes: a text that decodes to the same bytes in another way is refused.
    fileprivate init?(base64URL text: String) {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        self.init(base64Encoded: plain + padding)
        guard base64URL == text else { return nil }
    }
}
