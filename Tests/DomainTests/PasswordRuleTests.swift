import Testing

@testable import Domain

struct PasswordRuleTests {
    @Test(
        arguments: [
            "correct horse battery", "xkcd-936 says so", "Tr0ub4dor&3 and more", "пароль на каждый день", "zq8!vk2p",
            String(repeating: "ab c", count: 64),
        ])
    func takes(password: String) {
        #expect(PasswordRule.problem(with: password, names: ["ada", "ada@example.org"]) == nil)
    }

    @Test(
        arguments: [
            ("", "8 to 256"), ("7 chars", "8 to 256"), (String(repeating: "ab c", count: 64) + "x", "8 to 256"),
            ("password", "tried first"), ("PassWord", "tried first"), ("password1", "tried first"),
            ("Password2026!", "tried first"), ("sunshine99", "tried first"), ("12345678", "tried first"),
            ("qwertyuiop", "tried first"), ("aaaaaaaaaaaa", "tried first"), ("abababababab", "tried first"),
            ("abcdefghijkl", "tried first"), ("9876543210", "tried first"), ("lovelace", "your name"),
            ("Lovelace1815", "your name"), ("lovelace@example.org", "your name"), ("soundspool!!", "your name"),
        ])
    func refuses(password: String, words: String) throws {
        let names = ["lovelace", "lovelace@example.org"]
        #expect(try #require(PasswordRule.problem(with: password, names: names)).contains(words))
    }

    @Test func aSecretIsReadAsItWasWritten() {
        let secret = OneTimeSecret()
        #expect(OneTimeSecret(" \(secret.text)\n") == secret)
        #expect(OneTimeSecret() != secret)
        #expect(OneTimeSecret(DropToken().text) == nil)
        #expect(OneTimeSecret(secret.text.dropLast()) == nil)
        #expect(OneTimeSecret(secret.text.uppercased()) == nil)
    }
}
