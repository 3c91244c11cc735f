public import Domain
public import FoundationEssentials

/// A plain-text message that a program wrote (RFC 5322, RFC 2045, RFC 3834). Whatever its strings hold, `bytes` has these
/// headers and no others, and no line longer than the standards allow.
public struct MIMEMessage: Sendable, Hashable {
    public struct Mailbox: Sendable, Hashable {
        public var displayName: String?
        public var address: EmailAddress

        public init(displayName: String? = nil, address: EmailAddress) {
            self.displayName = displayName
            self.address = address
        }
    }

    public var from: Mailbox
    public var to: Mailbox
    public var subject: String
    public var date: Date
    public var messageID: MessageID
    /// Lines end in `\n`.
    public var body: String

    public init(from: Mailbox, to: Mailbox, subject: String, date: Date, messageID: MessageID, body: String) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.body = body
    }

    /// The message as SMTP's DATA takes it, before dot-stuffing; every line ends in CRLF.
    public var bytes: [UInt8] {
        let lines = [
            HeaderField.mailbox("From", from),
            HeaderField.mailbox("To", to),
            HeaderField.text("Subject", subject),
            "Date: \(HeaderField.date(date))",
            "Message-ID: \(messageID)",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
        ]
        return Array(lines.map { $0 + "\r\n" }.joined().utf8) + QuotedPrintable.encode(body)
    }
}
