import HTTPTypes
import Testing

@testable import Web

struct SameOriginTests {
    private static func isSameOrigin(_ origin: String?, _ site: String?, publicURL: String? = nil) -> Bool {
        var head = HTTPRequest(method: .post, scheme: "http", authority: "music.example.org:8080", path: "/upload")
        head.headerFields[.origin] = origin
        if let site, let name = HTTPField.Name("Sec-Fetch-Site") { head.headerFields[name] = site }
        return SameOrigin(publicOrigin: WebSettings(publicURL: publicURL).origin).isSameOrigin(head)
    }

    @Test(
        arguments: [
            (nil, nil), (nil, "same-origin"), (nil, "none"), ("http://music.example.org:8080", nil),
            ("https://music.example.org:8080", nil), ("HTTP://Music.Example.org:8080", "same-origin"),
        ] as [(String?, String?)])
    func accepts(origin: String?, site: String?) {
        #expect(Self.isSameOrigin(origin, site))
    }

    @Test(
        arguments: [
            ("http://evil.example", nil), ("null", nil), ("http://music.example.org", nil),
            ("http://music.example.org:8080.evil.example", nil), (nil, "cross-site"), (nil, "same-site"),
            ("http://music.example.org:8080", "cross-site"),
        ] as [(String?, String?)])
    func refuses(origin: String?, site: String?) {
        #expect(!Self.isSameOrigin(origin, site))
    }

    @Test(arguments: ["https://sound.example.org", "https://sound.example.org/", "https://Sound.Example.org/music"])
    func acceptsThePublicOrigin(publicURL: String) {
        #expect(Self.isSameOrigin("https://sound.example.org", nil, publicURL: publicURL))
        #expect(!Self.isSameOrigin("http://sound.example.org", nil, publicURL: publicURL))
    }
}
