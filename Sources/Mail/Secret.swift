/// A password, access token or key that is never printed: not by `print`, string interpolation, `dump` or a debugger's
/// summary.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let text: String
    /// Where it is read anew for every message; nil for one that stays.
    private let file: SecretFile?

    /// One line end after the text, as a file of one line has it, is not part of the password.
    public init(_ text: String) {
        self.text = text.last?.isNewline == true ? String(text.dropLast()) : text
        file = nil
    }

    /// The first line of a file, which may change while the service runs: access tokens are good for an hour. Nil where
    /// it cannot be read or is empty.
    public init?(file: String) {
        guard let file = SecretFile(path: file) else { return nil }
        text = file.read()
        self.file = file
    }

    /// What its file holds now, which stays so.
    func current() -> Secret { file.map { Secret($0.read()) } ?? self }

    public var description: String { "(hidden)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
