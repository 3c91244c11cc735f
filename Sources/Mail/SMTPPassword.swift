/// A password that is never printed: not by `print`, string interpolation, `dump` or a debugger's summary.
public struct SMTPPassword: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    let text: String

    /// One line end after the text, as a file of one line has it, is not part of the password.
    public init(_ text: String) {
        self.text = text.last?.isNewline == true ? String(text.dropLast()) : text
    }

    public var description: String { "(hidden)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
