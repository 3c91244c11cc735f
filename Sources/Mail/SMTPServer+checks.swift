extension SMTPServer {
    /// `isSafe` says whether a password on its way cannot be overheard.
    static func checkLogin(
        _ username: String?, _ password: Secret?, isSafe: Bool
    ) throws(SMTPSettingError) {
        guard let username, let password else {
            if password != nil {
                throw SMTPSettingError(.username, "There is a password but no user name. Give both or neither.")
            }
            if username != nil {
                throw SMTPSettingError(.password, "There is a user name but no password. Give both or neither.")
            }
            return
        }
        func isText(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
        guard isText(username) else {
            throw SMTPSettingError(
                .username, "The user name is empty or has control characters. It should be one line.")
        }
        guard isText(password.text) else {
            throw SMTPSettingError(.password, "The password is empty or has control characters. It should be one line.")
        }
        guard isSafe else {
            throw SMTPSettingError(.tls, "A password would be sent in clear text. TLS should be 'required'.")
        }
    }

    /// A name as DNS has them (RFC 1123, and `_`), an IPv4 address, or an IPv6 address in brackets.
    static func isHost(_ text: String) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let address = text.dropFirst().dropLast()
            return address.contains(":") && address.allSatisfy { $0.isHexDigit && $0.isASCII || $0 == ":" || $0 == "." }
        }
        return text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" }
            }
    }

    static func isLoopback(_ host: String) -> Bool {
        ["localhost", "127.0.0.1", "[::1]"].contains(host.lowercased())
    }
}
