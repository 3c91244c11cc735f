import Glibc

/// An IP address, as bytes in network order: 4, or 16 for IPv6. One of IPv4 in IPv6's clothes (RFC 4291 section 2.5.5.2)
/// is the one of IPv4.
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    /// `inet_pton(3)`; an IPv6 address may have a zone, which does not count.
    init?(_ text: some StringProtocol) {
        let plain = String(text.prefix { $0 != "%" })
        var small = in_addr()
        if inet_pton(AF_INET, plain, &small) == 1 {
            bytes = withUnsafeBytes(of: small, Array.init)
            return
        }
        var large = in6_addr()
        guard inet_pton(AF_INET6, plain, &large) == 1 else { return nil }
        let all = withUnsafeBytes(of: large, Array.init)
        bytes = all.starts(with: Self.mapped) ? Array(all.suffix(4)) : all
    }

    /// What one person has of it: an IPv4 address, or an IPv6 network of 64 bits (RFC 6177).
    var network: [UInt8] { bytes.count == 4 ? bytes : Array(bytes.prefix(8)) }
}

/// An IP address, or all that begin alike, like `10.0.0.0/8` (RFC 4632 section 3.1).
public struct AddressRange: Hashable, Sendable {
    public static let rule = "addresses or ranges with commas between them, like 127.0.0.1, 10.0.0.0/8, ::1"

    private let base: IPAddress
    private let bits: Int

    public init?(_ text: some StringProtocol) {
        let parts = text.trimmed.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(first) else { return nil }
        let width = base.bytes.count * 8
        guard let bits = parts.count == 1 ? width : Int(parts[1]), (0...width).contains(bits) else { return nil }
        self.base = base
        self.bits = bits
    }

    /// A list with commas; nil where one is none.
    public static func list(_ text: String) -> [AddressRange]? {
        let parts = text.split(separator: ",").filter { !$0.trimmed.isEmpty }
        let ranges = parts.compactMap { AddressRange($0) }
        return ranges.count == parts.count ? ranges : nil
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return (address.bytes[bit / 8] & mask) == (base.bytes[bit / 8] & mask)
        }
    }
}
