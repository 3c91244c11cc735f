import Domain
import Testing

struct AccountNameTests {
    @Test(arguments: [
        "a", "7", "ada", "ada.lovelace", "ada-1", "ada_", "a..b", "0x", String(repeating: "a", count: 32),
    ])
    func accepts(_ text: String) throws {
        let name = try #require(AccountName(text))
        #expect(name.text == text)
        #expect("\(name)" == text)
    }

    @Test(arguments: [
        "", ".", "..", ".ada", "-ada", "_ada", "Ada", "ada lovelace", "ada/inbox", "../ada", "ada\0", "ada\n", "adä",
        "a\u{301}da", "@voice", "٣", String(repeating: "a", count: 33),
    ])
    func rejects(_ text: String) {
        #expect(AccountName(text) == nil)
    }
}
