import Domain
import FoundationEssentials

/// Follows what client and server say, so that an error can name the command that was refused and quote the refusal.
/// Keeps the verbs of commands, never their arguments: the lines after `AUTH` are the password.
struct SMTPDialogue {
    private var command: SMTPReply.Command?
    /// 0 until the last command is answered.
    private(set) var code = 0
    private var lines: [String] = []
    private var isComplete = false
    /// Whether the server asked for the message: from there on, trouble may be the message's.
    private(set) var hasBegunMessage = false
    /// Whether AUTH was sent: a login that failed before was never tried.
    private(set) var hasTriedLogin = false
    /// The last answer to AUTH that asked on (334, RFC 4954 section 4), decoded. A server that does not like an XOAUTH2
    /// token says so in one, as JSON, where it should have said 535.
    private(set) var challenge: SMTPReply?
    /// QUIT follows a refusal, and its reply must not hide it.
    private var isQuitting = false

    /// A server that talks without end fills no more than this. Long enough for a secret in it to be recognised: it is
    /// cut shorter only after that.
    private static let maximumLines = 8
    private static let maximumLineLength = 4096

    mutating func sent(_ line: some Collection<UInt8>) {
        // After 3yz the client answers with data, which may look like anything.
        let isData = (300..<400).contains(code)
        let verb = String(decoding: line.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
        guard isData || verb != "QUIT" else { return isQuitting = true }
        if !isData {
            command = SMTPReply.Command(rawValue: verb) ?? command
            if command == .auth { hasTriedLogin = true }
        }
        code = 0
    }

    mutating func received(_ line: some Collection<UInt8>) {
        let text = line.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        guard !isQuitting, text.count >= 3,
            let code = Int(String(decoding: text.prefix(3), as: UTF8.self)), (200..<600).contains(code)
        else { return }
        if isComplete || code != self.code { lines = [] }
        self.code = code
        if code == 354, command == .data { hasBegunMessage = true }
        isComplete = text.dropFirst(3).first != UInt8(ascii: "-")
        if lines.count < Self.maximumLines {
            lines.append(String(decoding: text.prefix(Self.maximumLineLength), as: UTF8.self))
        }
        if code == 334, command == .auth {
            challenge = SMTPReply(command: command, code: code, text: "334 " + Self.decoded(text.dropFirst(4)))
        }
    }

    /// What stands in base64 as it was meant, where it was.
    private static func decoded(_ text: some Collection<UInt8>) -> String {
        let text = String(decoding: text.prefix(maximumLineLength), as: UTF8.self)
        return Data(base64Encoded: text).flatMap { String(validating: $0, as: UTF8.self) } ?? text
    }

    /// The last reply, nil before there is a whole one.
    var reply: SMTPReply? {
        isComplete ? SMTPReply(command: command, code: code, text: lines.joined(separator: " ")) : nil
    }

    /// The last reply, where it has this code and is a refusal (4yz or 5yz).
    func refusal(code: Int) -> SMTPReply? {
        guard code >= 400, code == self.code else { return nil }
        return SMTPReply(command: command, code: code, text: lines.joined(separator: " "))
    }

    /// What the server refused with, where it did.
    func refusal(behind error: CurlError) -> SMTPReply? {
        // libcurl ends a login that is asked on for more than it has.
        if error.code == .loginDenied, error.responseCode == 334 { return challenge }
        return refusal(code: error.responseCode)
    }
}
