import FoundationEssentials

extension SMTPServer {
    /// The text without the password in any form in which it went over the wire: some servers quote in their refusal the
    /// line that they refuse.
    func redacting(_ text: String) -> String {
        guard let username, let password else { return text }
        let forms = [
            Data("\0\(username)\0\(password.text)".utf8).base64EncodedString(),
            Data(password.text.utf8).base64EncodedString(),
            password.text,
        ]
        return forms.reduce(text) { text, form in text.replacing(form, with: password.description) }
    }
}

extension SMTPReply {
    func redacted(by server: SMTPServer) -> SMTPReply {
        SMTPReply(command: command, code: code, text: server.redacting(text))
    }
}
