import Domain

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
    /// QUIT follows a refusal, and its reply must not hide it.
    private var isQuitting = false

    /// A server that talks without end fills no more than this.
    private static let maximumLines = 8
    private static let maximumLineLength = 300

    mutating func sent(_ line: some Collection<UInt8>) {
        // After 3yz the client answers with data, which may look like anything.
        let isData = (300..<400).contains(code)
        let verb = String(decoding: line.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
        guard isData || verb != "QUIT" else { return isQuitting = true }
        if !isData { command = SMTPReply.Command(rawValue: verb) ?? command }
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
            lines.append(String.displaying(Array(text.prefix(Self.maximumLineLength))))
        }
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
}
