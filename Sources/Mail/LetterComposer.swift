public import Domain

/// Writes the message that tells an account's owner how a drop ended.
public struct LetterComposer: Sendable {
    private let sender: MIMEMessage.Mailbox
    private let publicURL: String?

    /// - Parameter publicURL: Where the account's owner finds the web page; nil or empty where there is none.
    public init(sender: EmailAddress, senderName: String = "soundspool", publicURL: String? = nil) {
        self.sender = MIMEMessage.Mailbox(displayName: senderName, address: sender)
        self.publicURL = publicURL?.isEmpty == false ? publicURL : nil
    }

    /// - Parameter outbox: The account's outbox directory, as its owner shall read it.
    public func message(for letter: Letter, outbox: String) -> MIMEMessage {
        let name = String.displaying(letter.drop.name)
        let (subject, paragraphs) =
            switch letter.subject {
            case .completed(let output, let duration):
                (
                    "Your MP3 is ready: \(String.displaying(output.name))",
                    completed(letter.drop, output: output, duration: duration, outbox: outbox)
                )
            case .failed(let failure):
                ("Could not convert \(name)", failed(letter.drop, failure: failure))
            case .incomplete: ("Still incomplete: \(name)", incomplete(letter.drop))
            }
        return MIMEMessage(
            from: sender, to: MIMEMessage.Mailbox(address: letter.recipient), subject: subject, date: letter.created,
            messageID: MessageID(token: letter.token, sender: sender.address),
            body: (["Hello \(letter.accountName),"] + paragraphs + [signature]).joined(separator: "\n\n") + "\n")
    }

    private func completed(_ drop: DropPath, output: DropPath, duration: Double?, outbox: String) -> [String] {
        var directory = String.displaying(Array(outbox.utf8))
        while directory.hasSuffix("/") { directory.removeLast() }
        var paragraphs = [
            "your video is now an MP3:\n\n    \(drop.display)",
            "The MP3 lies in your outbox:\n\n    \(directory)/\(output.display)",
        ]
        if let length = duration.flatMap(Self.words(forSeconds:)) { paragraphs.append("It is \(length) long.") }
        if let publicURL { paragraphs.append("You can also listen to it and download it here:\n\n    \(publicURL)") }
        return paragraphs
    }

    private func failed(_ drop: DropPath, failure: JobFailure) -> [String] {
        var paragraphs = [
            "this file could not be converted to an MP3:\n\n    \(drop.display)",
            "The reason:\n\n    \(Self.line(failure.message))",
            "\(Self.advice(for: failure.reason)) Your original is not lost: it lies unchanged in your folder failed/, beside "
                + "your inbox and outbox.",
        ]
        if let publicURL { paragraphs.append("You can see all your files here:\n\n    \(publicURL)") }
        return paragraphs
    }

    private func incomplete(_ drop: DropPath) -> [String] {
        [
            "this file has been incomplete for a day:\n\n    \(drop.display)",
            "It looks as if its copy was broken off. Please copy it again, whole. If nothing more of it comes, it is not "
                + "converted.",
        ]
    }

    private var signature: String {
        "-- \n\(String.displaying(Array((sender.displayName ?? sender.address.text).utf8)))\n"
            + "This message was written by a program. Nobody reads replies to it."
    }

    /// What the owner can do. The words are those of the converter's report; any other is a fault of the service.
    private static func advice(for reason: String) -> String {
        switch reason {
        case "unsupported": "Please save it in a common format, such as MP4, MOV, MKV, WebM or AVI, and drop it again."
        case "no-audio": "Please check that the video has sound, and drop it again."
        case "damaged", "incomplete":
            "Please copy the file again from where it came from: part of it may have been lost."
        case "over-limit": "Please cut it into shorter parts and drop those."
        default: "Please drop it once more. If it fails again, tell the administrator, and give the file's name."
        }
    }

    /// Text that came out of the converter, which reads hostile files: one line of bounded length.
    private static func line(_ text: String) -> String {
        let line = String.displaying(Array(text.utf8))
        return line.count > 500 ? line.prefix(500) + "…" : line
    }

    /// `9 min 56 s`; nil for what is no length.
    static func words(forSeconds seconds: Double) -> String? {
        guard seconds >= 0, seconds < 1e9 else { return nil }
        let whole = Int(seconds.rounded())
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")]
        let words = parts.drop { $0.0 == 0 }.map { "\($0.0) \($0.1)" }
        return words.isEmpty ? "less than 1 s" : words.joined(separator: " ")
    }
}
