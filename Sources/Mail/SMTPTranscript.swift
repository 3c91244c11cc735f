import Domain

/// Shows a dialogue with a mail server as it happens, for an administrator: what was sent behind `>`, what came behind
/// `<`, and what libcurl says of the connection behind `*`. Never a password, in whatever form.
public struct SMTPTranscript: Sendable {
    private let server: SMTPServer
    private let show: @Sendable (String) -> Void

    /// - Parameter show: Gets each line; called on the thread that sends.
    public init(with server: SMTPServer, show: @escaping @Sendable (String) -> Void) {
        self.server = server
        self.show = show
    }

    /// Of libcurl's many words, those about where it is connected to and with what security.
    private static let notes = [
        "Trying ", "Connected to ", "SSL connection using ", "subject:", "issuer:", "expire date:",
        "SSL certificate verify ", "Connection refused", "Connection timed out",
    ]

    /// - Parameter code: The reply before, by which an answer to a challenge is known (334, RFC 4954 section 4).
    func sent(_ line: some Collection<UInt8>, after code: Int) {
        let text = text(line)
        let words = text.split(separator: " ")
        if code == 334 {
            show("> (hidden)")
        } else if words.first?.uppercased() == "AUTH", words.count > 2 {
            show("> \(words[0]) \(words[1]) (hidden)")
        } else {
            show("> " + text)
        }
    }

    func received(_ line: some Collection<UInt8>) { show("< " + text(line)) }

    func noted(_ line: some Collection<UInt8>) {
        let text = text(line).drop { $0 == " " }
        if Self.notes.contains(where: { text.hasPrefix($0) }) { show("* " + text) }
    }

    private func text(_ line: some Collection<UInt8>) -> String {
        let bytes = line.filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        return server.redacting(String(decoding: bytes, as: UTF8.self), most: 500)
    }
}
