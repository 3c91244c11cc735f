/// Entity tags: RFC 9110 section 8.8.3.
enum EntityTag {
    /// A strong one, of a digest.
    static func text(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let hex = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\"\(String(decoding: hex, as: UTF8.self))\""
    }

    /// Whether `If-None-Match` names this tag: section 13.1.2, with its weak comparison.
    static func matches(_ field: String?, _ tag: String) -> Bool {
        field?.split(separator: ",").contains { candidate in
            let candidate = candidate.trimmed
            return candidate == "*" || candidate == tag || candidate == "W/" + tag
        } ?? false
    }
}
