import Domain
import Testing

struct DropTokenTests {
    private static let secret = String(repeating: "abcdefghijklm234567", count: 3).prefix(52)

    @Test func `a new token is ssp_ and 52 characters of base32`() {
        let text = DropToken().text
        #expect(text.hasPrefix("ssp_"))
        #expect(text.utf8.count == 56)
        #expect(text.dropFirst(4).allSatisfy { "abcdefghijklmnopqrstuvwxyz234567".contains($0) })
    }

    @Test func `a new token is read back as itself`() throws {
        for _ in 0..<100 {
            let token = DropToken()
            #expect(DropToken(token.text) == token)
        }
    }

    /// 32 bytes fill 51 characters and one bit of the last, so the last is one of two.
    @Test func `a new token carries 256 bits`() {
        let tokens = (0..<2000).map { _ in DropToken().text }
        #expect(Set(tokens).count == tokens.count)
        for position in 4..<55 {
            #expect(Set(tokens.map { Array($0.utf8)[position] }).count == 32, "position \(position)")
        }
        #expect(Set(tokens.compactMap(\.last)) == ["a", "q"])
    }

    @Test(arguments: [("", ""), ("", "\n"), ("", "\r\n"), (" \t", " \t\n\n"), ("\n\n", ""), ("\u{A0}", "\u{2003}")])
    func `white space around a token is not part of it`(before: String, after: String) throws {
        let text = "ssp_" + Self.secret
        #expect(try #require(DropToken(before + text + after)).text == text)
    }

    @Test(arguments: [
        "", "\n", "ssp_", "\(secret)", "SSP_\(secret)", "ssp-\(secret)", "ssp_\(secret)a", "ssp_\(secret.dropLast())",
        "ssp_\(secret.uppercased())", "ssp_\(secret.dropLast())1", "ssp_\(secret.dropLast())0",
        "ssp_\(secret.dropLast())=", "ssp_ \(secret.dropLast())", "ssp_\(secret)\nssp_\(secret)", "ssp_\(secret)\0",
        "# ssp_\(secret)", "ssp_\(secret.dropLast(2))é", "ssp_\(secret)\u{301}",
    ])
    func rejects(_ text: String) {
        #expect(DropToken(text) == nil)
    }
}
