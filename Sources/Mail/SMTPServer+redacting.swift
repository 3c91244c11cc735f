import Domain
import FoundationEssentials

extension SMTPServer {
    /// The text without the password in any form in which it went over the wire, and then cut: some servers quote in
    /// their refusal the line that they refuse, and a secret that is cut is still most of a secret.
    /// - Parameter most: Characters, at most. Unprintable ones are replaced.
    func redacting(_ text: String, most: Int) -> String {
        let line = String.displaying(Array(redacting(text).utf8))
        return line.count > most ? line.prefix(most) + "…" : line
    }

    private func redacting(_ text: String) -> String {
        guard let username, let first = password else { return text }
        let forms = Set([first, first.current()].map(\.text)).filter { !$0.isEmpty }.flatMap { password in
            [
                Data("\0\(username)\0\(password)".utf8).base64EncodedString(),
                Data("user=\(username)\u{1}auth=Bearer \(password)\u{1}\u{1}".utf8).base64EncodedString(),
                Data(password.utf8).base64EncodedString(),
                password,
            ]
        }
        let whole = forms.reduce(text) { text, form in text.replacing(form, with: first.description) }
        return Fragments(of: forms).hidden(in: whole, behind: first.description)
    }
}

/// Finds parts of secrets: a server may cut what it quotes, or fold it over several lines.
private struct Fragments {
    /// Bytes in a row that are a part worth hiding.
    private static let length = 8
    private var windows: Set<ArraySlice<UInt8>> = []

    init(of secrets: [String]) {
        for secret in secrets {
            let bytes = Array(secret.utf8)
            guard bytes.count >= Self.length else { continue }
            for start in 0...(bytes.count - Self.length) { windows.insert(bytes[start..<start + Self.length]) }
        }
    }

    func hidden(in text: String, behind cover: String) -> String {
        let bytes = Array(text.utf8)
        guard !windows.isEmpty, bytes.count >= Self.length else { return text }
        var output: [UInt8] = []
        /// Where the part ends that is being hidden.
        var end = 0
        for index in bytes.indices {
            if index + Self.length <= bytes.count, windows.contains(bytes[index..<index + Self.length]) {
                if index >= end { output += Array(cover.utf8) }
                end = index + Self.length
            }
            if index >= end { output.append(bytes[index]) }
        }
        return end == 0 ? text : String(decoding: output, as: UTF8.self)
    }
}

extension SMTPReply {
    private static let mostShown = 1000

    func redacted(by server: SMTPServer) -> SMTPReply {
        SMTPReply(command: command, code: code, text: server.redacting(text, most: Self.mostShown))
    }
}
