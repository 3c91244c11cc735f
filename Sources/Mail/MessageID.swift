public import Domain

/// A `Message-ID` (RFC 5322 section 3.6.4): `<LEFT@DOMAIN>`, ASCII whatever it is made of.
public struct MessageID: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// - Parameters:
    ///   - token: Unique to the message and the same on every try.
    ///   - sender: Its domain keeps the token from meeting another system's.
    public init(token: String, sender: EmailAddress) {
        let domain = sender.text.split(separator: "@").last.map(String.init) ?? "localhost"
        text = "<\(Self.dotAtom(token))@\(Self.dotAtom(domain))>"
    }

    /// The text as a dot-atom: a byte that may not stand in one becomes `=XX`. Cut at 250 bytes, since the line cannot be
    /// folded.
    private static func dotAtom(_ text: String) -> String {
        let parts = text.utf8.split(separator: UInt8(ascii: ".")).map { part in
            part.map { byte in
                HeaderField.isAtomText(byte) && byte != UInt8(ascii: "=")
                    ? String(UnicodeScalar(byte)) : "=" + QuotedPrintable.hexadecimal(byte)
            }.joined()
        }
        var atom = parts.joined(separator: ".").prefix(250)
        while atom.last == "." { atom.removeLast() }
        return atom.isEmpty ? "unnamed" : String(atom)
    }

    public var description: String { text }
}
