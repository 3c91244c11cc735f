import FoundationEssentials
import JWTKit

/// What a session token says: RFC 7519 section 4.1's registered claims and no others. Who is signed in is the ledger's to
/// say, by `id`.
struct SessionClaims: JWTPayload, Equatable {
    static let issuer = "soundspool"
    /// Tokens for other purposes name another audience, so that none passes for another.
    static let audience = "session"

    let issuer: IssuerClaim
    let audience: AudienceClaim
    let subject: SubjectClaim
    let expires: ExpirationClaim
    let id: IDClaim

    enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case audience = "aud"
        case subject = "sub"
        case expires = "exp"
        case id = "jti"
    }

    init(id: String, account: Int64, expires: Date) {
        issuer = IssuerClaim(value: Self.issuer)
        audience = AudienceClaim(value: [Self.audience])
        subject = SubjectClaim(value: String(account))
        self.expires = ExpirationClaim(value: expires)
        self.id = IDClaim(value: id)
    }

    func verify(using algorithm: some JWTAlgorithm) throws {
        try expires.verifyNotExpired()
        try audience.verifyIntendedAudience(includes: Self.audience)
        guard issuer.value == Self.issuer else {
            throw JWTError.claimVerificationFailure(failedClaim: issuer, reason: "not issued by \(Self.issuer)")
        }
    }
}
