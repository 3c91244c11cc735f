import Domain
import Testing

struct EmailAddressTests {
    @Test(arguments: [
        "ada@example.org", "a@b", "ada.lovelace+videos@mail.example.org", "!#$%&'*+-/=?^_`{|}~@example.org",
        "jürgen@bücher.example", "用户@例子.广告", "0@0-0.example", String(repeating: "a", count: 64) + "@example.org",
    ])
    func accepts(_ text: String) throws {
        #expect(try #require(EmailAddress(text)).text == text)
    }

    @Test(arguments: [
        "", "@", "ada", "ada@", "@example.org", "ada@@example.org", "ada@b@example.org", ".ada@example.org",
        "ada.@example.org", "a..b@example.org", "ada@example..org", "ada@.example.org", "ada@example.org.",
        "ada lovelace@example.org", " ada@example.org", "ada@example.org ", "\"ada\"@example.org", "ada@[127.0.0.1]",
        "ada@exam_ple.org", "Ada <ada@example.org>", "ada@example.org,bob@example.org", "ada@example.org\r\nBcc: x@y.z",
        "ada@example.org\n", "a\0da@example.org", "ada@\u{301}example.org", "ada@exam\u{202E}ple.org",
        String(repeating: "a", count: 65) + "@example.org",
        "ada@" + Array(repeating: String(repeating: "a", count: 60), count: 5).joined(separator: "."),
    ])
    func rejects(_ text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test func `the service's own address is an address`() {
        #expect(EmailAddress(EmailAddress.localService.text) == EmailAddress.localService)
    }
}
