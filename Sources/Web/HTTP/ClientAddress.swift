import HTTPTypes

/// Tells where a request comes from.
///
/// SECURITY: `X-Forwarded-For` and `Forwarded` (RFC 7239) are what a sender says, so they count only as far as configured
/// proxies vouch for them: read from the last entry, each one is believed that a trusted proxy wrote. `Forwarded` counts
/// where there is no `X-Forwarded-For`; a proxy that writes only the former has to take the latter out.
struct ClientAddress: Sendable {
    let trusted: [AddressRange]

    /// Nil where the peer has no IP address, as with a Unix socket.
    func address(peer: String?, _ fields: HTTPFields) -> IPAddress? {
        guard var address = peer.flatMap({ IPAddress($0) }) else { return nil }
        var entries = Self.entries(fields)[...]
        while isTrusted(address), let entry = entries.popLast() {
            // Something that is no address, like `unknown`: the proxy that wrote it is all there is to go by.
            guard let next = Self.address(in: entry) else { return address }
            address = next
        }
        return address
    }

    private func isTrusted(_ address: IPAddress) -> Bool { trusted.contains { $0.contains(address) } }

    private static func entries(_ fields: HTTPFields) -> [Substring] {
        if let name = HTTPField.Name("X-Forwarded-For"), case let lines = fields[values: name], !lines.isEmpty {
            return lines.flatMap { $0.split(separator: ",") }
        }
        guard let name = HTTPField.Name("Forwarded") else { return [] }
        return fields[values: name].flatMap { $0.split(separator: ",") }.map { element in
            let pair = element.split(separator: ";").first { $0.trimmed.lowercased().hasPrefix("for=") }
            return pair.map { Substring($0.trimmed.dropFirst("for=".count)) } ?? ""
        }
    }

    /// `192.0.2.1`, `192.0.2.1:8080`, `2001:db8::1`, `[2001:db8::1]:8080`, or one of these in quotation marks.
    private static func address(in entry: Substring) -> IPAddress? {
        var text = Substring(entry.trimmed)
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 { text = text.dropFirst().dropLast() }
        if text.hasPrefix("[") { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
        return IPAddress(text) ?? IPAddress(text.prefix { $0 != ":" })
    }
}
