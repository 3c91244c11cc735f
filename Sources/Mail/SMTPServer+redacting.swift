import FoundationEssentials

extension SMTPServer {
    /// The text without the password in any form in which it went over the wire: some servers quote in their refusal the
    /// line that they refuse.
    func redacting(_ text: String) -> String {
        guard let username, let first = password else { return text }
        let forms = Set([first, first.current()]).filter { !$0.text.isEmpty }.flatMap { password in
            [
                Data("\0\(username)\0\(password.text)".utf8).base64EncodedString(),
                Data("user=\(username)\u{1}auth=Bearer \(password.text)\u{1}\u{1}".utf8).base64EncodedString(),
                Data(password.text.utf8).base64EncodedString(),
                password.text,
            ]
        }
        return forms.reduce(text) { text, form in text.replacing(form, with: first.description) }
    }
}

extension SMTPReply {
    func redacted(by server: SMTPServer) -> SMTPReply {
        SMTPReply(command: command, code: code, text: server.redacting(text))
    }
}
