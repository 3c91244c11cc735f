import Domain
import Foundation
import Testing

@testable import Storage

struct LinkSignerTests {
    private let signer = LinkSigner(signingKey: [UInt8](repeating: 7, count: 32))
    private let now = Date(timeIntervalSince1970: 1000)

    @Test(
        arguments: [(1001, LinkSigner.Verdict.valid), (1000, .expired), (1, .expired)] as [(Int64, LinkSigner.Verdict)])
    func `a link is good until it expires`(expires: Int64, verdict: LinkSigner.Verdict) {
        let signature = signer.signature(for: .download(5), expires: expires)
        #expect(signer.verdict(on: signature, for: .download(5), expires: expires, at: now) == verdict)
    }

    @Test func `a link without an end does not expire`() {
        let signature = signer.signature(for: .letters(5), expires: nil)
        #expect(signer.verdict(on: signature, for: .letters(5), expires: nil, at: .distantFuture) == .valid)
    }

    @Test(
        arguments: [
            (.download(6), 2000), (.letters(5), 2000), (.download(5), 2001), (.download(5), nil), (.download(52), 0),
        ] as [(LinkSigner.Purpose, Int64?)])
    func `a signature opens nothing else`(purpose: LinkSigner.Purpose, expires: Int64?) {
        let signature = signer.signature(for: .download(5), expires: 2000)
        #expect(signer.verdict(on: signature, for: purpose, expires: expires, at: now) == .forged)
    }

    @Test func `another key's signature, and an altered one, are forged`() throws {
        let other = LinkSigner(signingKey: [UInt8](repeating: 8, count: 32))
        let good = signer.signature(for: .download(5), expires: 2000)
        let last = try #require(good.last)
        // The last of 43 characters has two bits that say nothing; they too must be as written.
        let near = try #require("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".firstIndex(of: last))
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let sibling = alphabet[alphabet.index(after: near)]
        for signature in [
            other.signature(for: .download(5), expires: 2000), "", "x", good + "=", good + "A", String(good.dropLast()),
            String(good.dropLast()) + String(sibling), good.lowercased(),
        ] {
            #expect(signer.verdict(on: signature, for: .download(5), expires: 2000, at: now) == .forged, "\(signature)")
        }
    }

    @Test func `links are addresses below the public one`() throws {
        let links = SignedLinks(signer: signer, publicURL: "https://sound.example.org/spool/", lifetime: .seconds(60))
        let (download, expires) = links.download(of: 5, since: now)
        #expect(expires == now + 60)
        let signature = signer.signature(for: .download(5), expires: 1060)
        #expect(
            download == "https://sound.example.org/spool/api/v1/outbox/5?expires=1060&signature=\(signature)")
        #expect(
            links.letters(of: 3)
                == "https://sound.example.org/spool/letters?account=3&signature=\(signer.signature(for: .letters(3), expires: nil))"
        )
    }
}
