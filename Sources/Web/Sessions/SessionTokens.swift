import JWTKit

/// Signs session tokens and tells genuine ones from others: JWS with HMAC-SHA-256 (RFC 7515, RFC 7518 section 3.2).
struct SessionTokens: Sendable {
    private static let algorithm = "HS256"
    /// RFC 7518 section 3.2: a key at least as long as the hash, in bytes.
    private static let minimumKeyLength = 32

    private let keys = JWTKeyCollection()

    struct ShortKey: Error, CustomStringConvertible {
        let count: Int
        var description: String {
            "the signing key has \(count) bytes; it should be at least \(minimumKeyLength) random bytes"
        }
    }

    init(signingKey: [UInt8]) async throws {
        guard signingKey.count >= Self.minimumKeyLength else { throw ShortKey(count: signingKey.count) }
        await keys.add(hmac: HMACKey(from: signingKey), digestAlgorithm: .sha256)
    }

    func sign(_ claims: SessionClaims) async throws -> String { try await keys.sign(claims) }

    /// The claims of a genuine token that has not expired, or nil.
    ///
    /// SECURITY: the algorithm is this type's choice and never the token's, so `none` and key confusion have no way in.
    func claims(of token: String) async -> SessionClaims? {
        guard let header = try? DefaultJWTParser().parse(Array(token.utf8), as: SessionClaims.self).header,
            header.alg == Self.algorithm
        else { return nil }
        return try? await keys.verify(token, as: SessionClaims.self)
    }
}
