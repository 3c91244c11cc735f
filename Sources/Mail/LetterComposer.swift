public import Domain

/// Writes the messages that tell an account's owner what became of drops.
public struct LetterComposer: Sendable {
    private let sender: MIMEMessage.Mailbox
    private let links: LetterLinks?
    private let templates: LetterTemplates

    /// - Parameter links: Nil where the web page has no public address.
    public init(
        sender: EmailAddress, senderName: String = "soundspool", links: LetterLinks? = nil,
        templates: LetterTemplates = .builtIn
    ) {
        self.sender = MIMEMessage.Mailbox(displayName: senderName, address: sender)
        self.links = links
        self.templates = templates
    }

    /// The same message on every try: nothing in it is of the time of writing.
    /// - Parameter outbox: The account's outbox directory, as its owner shall read it.
    public func message(for letter: Letter, to recipient: EmailAddress, outbox: String) -> MIMEMessage {
        let isNotice = letter.items.allSatisfy { !$0.subject.kind.isAsked }
        let unsubscribe = isNotice ? letter.account.flatMap { links?.letters($0) } : nil
        var directory = String.displaying(Array(outbox.utf8))
        while directory.hasSuffix("/") { directory.removeLast() }
        let content = LetterContent(
            account: letter.accountName.text,
            sender: String.displaying(Array((sender.displayName ?? sender.address.text).utf8)), outbox: directory,
            page: links?.page, unsubscribe: unsubscribe,
            items: letter.items.map { result($0, of: letter, outbox: directory) })
        let text = templates.render(content, LetterTemplates.Name(of: letter))
        return MIMEMessage(
            from: sender, to: MIMEMessage.Mailbox(address: recipient), subject: text.subject, date: letter.created,
            messageID: MessageID(token: letter.token, sender: sender.address), body: text.body, html: text.html,
            unsubscribe: unsubscribe)
    }

    private func result(_ item: Letter.Item, of letter: Letter, outbox: String) -> LetterResult {
        var result = LetterResult()
        result.drop = item.drop?.display
        result.name = item.drop.map { String.displaying($0.name) }
        switch item.subject {
        case .completed(let output, let duration):
            result.isReady = true
            result.output = String.displaying(output.name)
            result.path = "\(outbox)/\(output.display)"
            result.length = duration.flatMap(LetterWords.length)
            result.note = item.note.map(LetterWords.line)
            if let (link, expires) = item.job.flatMap({ job in links?.download(job, letter.created) }) {
                result.link = link
                result.expires = LetterWords.time(expires)
            }
        case .failed(let failure):
            result.reason = LetterWords.line(failure.message)
            result.advice = LetterWords.advice(for: failure.reason)
            result.isFailed = true
        case .incomplete(let after):
            result.length = after.flatMap(LetterWords.span)
            result.reason = "It has been incomplete\(result.length.map { " for " + $0 } ?? "")."
            result.advice = "Please copy it again, whole."
            result.isIncomplete = true
        case .quota(let message): result.message = LetterWords.line(message)
        case .confirmAddress(let link, let expires), .resetPassword(let link, let expires):
            result.link = link
            result.expires = LetterWords.time(expires)
        case .alreadyRegistered(let page): result.link = page
        }
        return result
    }
}
