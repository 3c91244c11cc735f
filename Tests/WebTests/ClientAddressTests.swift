import HTTPTypes
import Testing

@testable import Web

struct ClientAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.128/25", "192.0.2.127", false), ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "::1", false), ("::1", "0:0::1", true), ("2001:db8::/32", "2001:db8:1::", true),
            ("127.0.0.1", "::ffff:127.0.0.1", true), ("fe80::/10", "fe80::1%eth0", true),
        ])
    func aRangeHolds(range: String, address: String, isInIt: Bool) throws {
        let (range, address) = (try #require(AddressRange(range)), try #require(IPAddress(address)))
        #expect(range.contains(address) == isInIt)
    }

    @Test(arguments: ["", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0", "::1/129", "1.2.3.4/8/8"])
    func isNoRange(text: String) { #expect(AddressRange(text) == nil) }

    @Test func aListOfRanges() {
        #expect(AddressRange.list("127.0.0.1, 10.0.0.0/8,::1")?.count == 3)
        #expect(AddressRange.list("")?.isEmpty == true)
        #expect(AddressRange.list("127.0.0.1, proxy") == nil)
    }

    private static func client(_ peer: String, _ fields: [(String, String)]) throws -> IPAddress? {
        var headers = HTTPFields()
        for (name, value) in fields {
            headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let trusted = try #require(AddressRange.list("127.0.0.1, 10.0.0.0/8, ::1"))
        return ClientAddress(trusted: trusted).address(peer: peer, headers)
    }

    @Test(
        arguments: [
            // Nobody vouches for what a stranger says.
            ("192.0.2.1", [("X-Forwarded-For", "198.51.100.1")], "192.0.2.1"),
            ("192.0.2.1", [("Forwarded", "for=198.51.100.1")], "192.0.2.1"),
            ("127.0.0.1", [], "127.0.0.1"),
            ("127.0.0.1", [("X-Forwarded-For", "198.51.100.1")], "198.51.100.1"),
            // The first entry is the sender's own, and may be a lie.
            ("127.0.0.1", [("X-Forwarded-For", "8.8.8.8, 198.51.100.1")], "198.51.100.1"),
            ("127.0.0.1", [("X-Forwarded-For", "8.8.8.8, 198.51.100.1, 10.1.1.1")], "198.51.100.1"),
            ("127.0.0.1", [("X-Forwarded-For", "8.8.8.8"), ("X-Forwarded-For", "198.51.100.1")], "198.51.100.1"),
            ("127.0.0.1", [("X-Forwarded-For", "10.0.0.1")], "10.0.0.1"),
            ("127.0.0.1", [("X-Forwarded-For", "198.51.100.1, unknown")], "127.0.0.1"),
            ("::1", [("X-Forwarded-For", "198.51.100.1:4711")], "198.51.100.1"),
            ("::1", [("X-Forwarded-For", "2001:db8::5")], "2001:db8::5"),
            ("127.0.0.1", [("Forwarded", "for=8.8.8.8, proto=http;For=\"[2001:db8::5]:4711\"")], "2001:db8::5"),
            ("127.0.0.1", [("Forwarded", "for=_hidden")], "127.0.0.1"),
            ("127.0.0.1", [("Forwarded", "for=8.8.8.8"), ("X-Forwarded-For", "198.51.100.1")], "198.51.100.1"),
        ])
    func believes(peer: String, fields: [(String, String)], client: String) throws {
        #expect(try Self.client(peer, fields) == IPAddress(client))
    }
}
