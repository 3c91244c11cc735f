/// The secret that lets an inbox take drops: `ssp_` and 32 random bytes in base32 (RFC 4648 section 6, lower case,
/// unpadded). It is shown once and kept by its owner; the account table holds only its SHA-256.
public struct DropToken: Sendable, Hashable {
    public let text: String

    public static let prefix = "ssp_"
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    /// 32 bytes are 256 bits, five to a character.
    private static let characters = 52

    /// A new token from the system's random source.
    public init() { text = Self.prefix + Self.base32(Self.randomBytes()) }

    /// Reads a token; white space and a byte-order mark around it, as editors leave behind, are not part of it.
    public init?(_ text: some StringProtocol) {
        var trimmed = Substring(text)
        while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
        while let first = trimmed.first, first.isWhitespace || first == "\u{FEFF}" { trimmed.removeFirst() }
        guard trimmed.hasPrefix(Self.prefix), Self.isSecret(trimmed.dropFirst(Self.prefix.count)) else { return nil }
        self.text = String(trimmed)
    }

    static func randomBytes() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Whether it is 32 bytes as `base32` writes them.
    static func isSecret(_ text: Substring) -> Bool {
        text.utf8.count == characters && text.utf8.allSatisfy(alphabet.contains)
    }

    static func base32(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        var buffer: UInt16 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt16(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                output.append(alphabet[Int(buffer >> UInt16(bits)) & 31])
            }
            buffer &= (1 << UInt16(bits)) - 1
        }
        if bits > 0 { output.append(alphabet[Int(buffer << UInt16(5 - bits)) & 31]) }
        return String(decoding: output, as: UTF8.self)
    }
}
