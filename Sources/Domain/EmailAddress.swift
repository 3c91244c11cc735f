/// An address that a letter can be sent to: RFC 5321 section 4.1.2's dot-string local part (UTF-8 allowed, RFC 6531)
/// and a domain. Quoted local parts and address literals are refused; nobody who drops videos has one.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    public static let rule = "one address like ada@example.org"

    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, (1...64).contains(parts[0].utf8.count),
            Self.isDotString(parts[0], also: "!#$%&'*+-/=?^_`{|}~"), Self.isDotString(parts[1], also: "-")
        else { return nil }
        self.text = text
    }

    /// Whom letters are from on a machine whose name makes no address.
    public static let localService = EmailAddress(unchecked: "soundspool@localhost")

    private init(unchecked text: String) { self.text = text }

    private static func isDotString(_ text: Substring, also punctuation: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty
                && atom.unicodeScalars.allSatisfy { scalar in
                    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || punctuation.unicodeScalars.contains(scalar)
                }
        }
    }

    public var description: String { text }
}
