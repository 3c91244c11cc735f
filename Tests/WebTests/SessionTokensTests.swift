import Foundation
import JWTKit
import Testing

@testable import Web

struct SessionTokensTests {
    static let claims = SessionClaims(id: "id", account: 1, expires: Date(timeIntervalSinceNow: 60))

    private static func base64URL(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("=", with: "").replacing("+", with: "-")
            .replacing("/", with: "_")
    }

    private static func tokens() async throws -> SessionTokens {
        try await SessionTokens(signingKey: TemporaryWorld.signingKey)
    }

    /// A token with any claims, signed with a key and algorithm of the test's choice.
    private static func token(
        _ claims: String, key: [UInt8] = TemporaryWorld.signingKey, _ algorithm: DigestAlgorithm = .sha256
    ) async throws -> String {
        struct Free: JWTPayload {
            let members: [String: String]
            let expires: Double?
            func verify(using algorithm: some JWTAlgorithm) {}
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Name.self)
                for (name, value) in members { try container.encode(value, forKey: Name(name)) }
                if let expires { try container.encode(expires, forKey: Name("exp")) }
            }
            init(from decoder: any Decoder) throws {
                var members: [String: String] = [:]
                let container = try decoder.container(keyedBy: Name.self)
                for name in container.allKeys where name.stringValue != "exp" {
                    members[name.stringValue] = try container.decode(String.self, forKey: name)
                }
                self.members = members
                expires = try container.decodeIfPresent(Double.self, forKey: Name("exp"))
            }
        }
        struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(_ name: String) { stringValue = name }
            init?(stringValue: String) { self.init(stringValue) }
            init?(intValue: Int) { nil }
        }
        let keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: key), digestAlgorithm: algorithm)
        return try await keys.sign(try JSONDecoder().decode(Free.self, from: Data(claims.utf8)))
    }

    static let good = #"{"iss":"soundspool","aud":"session","sub":"1","jti":"id","exp":9999999999}"#

    @Test func acceptsItsOwn() async throws {
        let tokens = try await Self.tokens()
        let claims = await tokens.claims(of: try await tokens.sign(Self.claims))
        #expect(claims?.id.value == "id")
        #expect(claims?.subject.value == "1")
    }

    /// Shows that the tokens below are refused for what is wrong with them.
    @Test func acceptsGoodClaims() async throws {
        #expect(try await Self.tokens().claims(of: Self.token(Self.good)) != nil)
    }

    @Test(arguments: [
        #"{"iss":"soundspool","aud":"session","sub":"1","jti":"id","exp":1}"#,
        #"{"iss":"soundspool","aud":"session","sub":"1","jti":"id"}"#,
        #"{"iss":"else","aud":"session","sub":"1","jti":"id","exp":9999999999}"#,
        #"{"iss":"soundspool","aud":"password-reset","sub":"1","jti":"id","exp":9999999999}"#,
        #"{"iss":"soundspool","aud":"session","sub":"1","exp":9999999999}"#,
    ])
    func refusesOtherClaims(claims: String) async throws {
        #expect(try await Self.tokens().claims(of: Self.token(claims)) == nil)
    }

    @Test func refusesAnotherKey() async throws {
        let token = try await Self.token(Self.good, key: [UInt8](repeating: 8, count: 32))
        #expect(try await Self.tokens().claims(of: token) == nil)
    }

    @Test func refusesAnotherAlgorithm() async throws {
        let key = [UInt8](repeating: 7, count: 64)
        let token = try await Self.token(Self.good, key: key, .sha512)
        #expect(try await SessionTokens(signingKey: key).claims(of: token) == nil)
    }

    @Test(arguments: ["none", "None", "HS256"]) func refusesForgedOnes(algorithm: String) async throws {
        let unsigned = Self.base64URL(#"{"alg":"\#(algorithm)","typ":"JWT"}"#) + "." + Self.base64URL(Self.good)
        let tokens = try await Self.tokens()
        let genuine = try await tokens.sign(Self.claims)
        let signature = try #require(genuine.split(separator: ".").last)
        for token in [unsigned, unsigned + ".", unsigned + ".AAAA", unsigned + "." + signature] {
            #expect(await tokens.claims(of: token) == nil)
        }
    }

    @Test func refusesAlteredOnes() async throws {
        let tokens = try await Self.tokens()
        let parts = try await tokens.sign(Self.claims).split(separator: ".")
        let other = Self.base64URL(Self.good.replacing(#""sub":"1""#, with: #""sub":"2""#))
        #expect(await tokens.claims(of: "\(parts[0]).\(other).\(parts[2])") == nil)
        #expect(await tokens.claims(of: "\(parts[0]).\(parts[1]).") == nil)
        #expect(await tokens.claims(of: "") == nil)
    }

    @Test func refusesAShortKey() async {
        await #expect(throws: SessionTokens.ShortKey.self) { try await SessionTokens(signingKey: [1, 2, 3]) }
    }
}
