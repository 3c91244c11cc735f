/// An account's name, which is also its directory's name: 1 to 32 of `a-z`, `0-9`, `-`, `_` and `.`, beginning with a
/// letter or digit. The rule keeps it a valid Unix user name and a plain path component.
public struct AccountName: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    public static let rule = "1 to 32 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit"

    public init?(_ text: String) {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = text.utf8.first, text.utf8.count <= 32, isAlphanumeric(first),
            text.utf8.allSatisfy({ isAlphanumeric($0) || "-_.".utf8.contains($0) })
        else { return nil }
        self.text = text
    }

    public var description: String { text }
}
