/// A server's reply to a command (RFC 5321 section 4.2).
public struct SMTPReply: Sendable, Hashable, CustomStringConvertible {
    public enum Command: String, Sendable, CaseIterable {
        case ehlo = "EHLO"
        case helo = "HELO"
        case startTLS = "STARTTLS"
        case auth = "AUTH"
        case mail = "MAIL"
        case recipient = "RCPT"
        case data = "DATA"
    }

    /// What it answers; nil for the greeting.
    public let command: Command?
    /// 200 to 599.
    public let code: Int
    /// The reply as it came, its lines joined by spaces; once it is redacted, printable and of bounded length.
    public let text: String

    public init(command: Command?, code: Int, text: String) {
        self.command = command
        self.code = code
        self.text = text
    }

    public var description: String { text }

    /// Whether an enhanced status code (RFC 3463) says that it was the sender's address or a policy that refused, and not
    /// the recipient: 5.1.7, 5.1.8 or 5.7.z. Many servers judge those only at RCPT.
    var isOfPolicy: Bool {
        guard let status = text.firstMatch(of: /^5\d\d[ -]5\.(\d{1,3})\.(\d{1,3})\b/) else { return false }
        return status.1 == "7" || status.1 == "1" && (status.2 == "7" || status.2 == "8")
    }
}
