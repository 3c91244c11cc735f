public import Domain
public import FoundationEssentials

/// A message that a program wrote (RFC 5322, RFC 2045, RFC 3834): plain text, and beside it the same in HTML (RFC 2046
/// section 5.1.4). Whatever its strings hold, `bytes` has these headers and no others, and no line longer than the
/// standards allow.
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
    /// The same as a whole HTML document; nil where there is only text.
    public var html: String?
    /// Where letters of this kind can be refused, by hand or by a program's POST (RFC 2369, RFC 8058).
    public var unsubscribe: String?

    public init(
        from: Mailbox, to: Mailbox, subject: String, date: Date, messageID: MessageID, body: String,
        html: String? = nil, unsubscribe: String? = nil
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.body = body
        self.html = html
        self.unsubscribe = unsubscribe
    }

    /// Quoted-printable text never has `=_` in it, as RFC 2045 section 6.7 points out, and so no part holds this.
    private static let boundary = "=_soundspool"

    /// The message as SMTP's DATA takes it, before dot-stuffing; every line ends in CRLF.
    public var bytes: [UInt8] {
        var lines = [
            HeaderField.mailbox("From", from),
            HeaderField.mailbox("To", to),
            HeaderField.text("Subject", subject),
            "Date: \(HeaderField.date(date))",
            "Message-ID: \(messageID)",
            "Auto-Submitted: auto-generated",
        ]
        if let unsubscribe, HeaderField.isURL(unsubscribe) {
            // On one line: not every program unfolds it.
            lines.append("List-Unsubscribe: <\(unsubscribe)>")
            // RFC 8058 section 3.1 wants HTTPS for a program's POST.
            if unsubscribe.hasPrefix("https://") { lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click") }
        }
        lines.append("MIME-Version: 1.0")
        guard let html else { return Self.join(lines + Self.partHeader("plain")) + QuotedPrintable.encode(body) }
        lines += ["Content-Type: multipart/alternative;\r\n boundary=\"\(Self.boundary)\"", ""]
        return Self.join(lines + ["--\(Self.boundary)"] + Self.partHeader("plain")) + QuotedPrintable.encode(body)
            + Self.join(["", "--\(Self.boundary)"] + Self.partHeader("html")) + QuotedPrintable.encode(html)
            + Self.join(["", "--\(Self.boundary)--"])
    }

    private static func partHeader(_ subtype: String) -> [String] {
        ["Content-Type: text/\(subtype); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", ""]
    }

    private static func join(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\r\n" }.joined().utf8) }
}
