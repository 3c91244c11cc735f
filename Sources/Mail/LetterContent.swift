import Domain
import FoundationEssentials

/// What a letter's template can show, by these names. In a letter with one item the item's names are there too.
struct LetterContent {
    /// The account's name.
    let account: String
    let sender: String
    /// The account's outbox directory.
    let outbox: String
    /// The web page, where it has a public address.
    let page: String?
    /// Where the account's letters are chosen.
    let unsubscribe: String?
    /// Failures first.
    let results: [LetterResult]
    /// Nil for none, here and below, so that a section shows it only where there are some.
    let completed: Int?
    let failed: Int?
    /// `2 MP3s are ready, 1 file failed`.
    let summary: String
    /// How many results are not among `results`.
    let more: Int?

    let drop: String?
    let name: String?
    let output: String?
    let path: String?
    let length: String?
    let note: String?
    let reason: String?
    let advice: String?
    let link: String?
    let expires: String?
    let message: String?
    let isFailed: Bool

    /// The rows of a table; the rest is counted.
    static let mostResults = 500

    static let names = Set([
        "account", "sender", "outbox", "page", "unsubscribe", "results", "completed", "failed", "more", "summary",
    ]).union(LetterResult.names)

    init(account: String, sender: String, outbox: String, page: String?, unsubscribe: String?, items: [LetterResult]) {
        self.account = account
        self.sender = sender
        self.outbox = outbox
        self.page = page
        self.unsubscribe = unsubscribe
        let ordered = items.filter(\.isFailed) + items.filter { !$0.isFailed }
        results = Array(ordered.prefix(Self.mostResults))
        let failures = items.count { $0.isFailed }
        let successes = items.count - failures
        failed = failures > 0 ? failures : nil
        completed = successes > 0 ? successes : nil
        let ready = successes == 1 ? "1 MP3 is ready" : successes > 0 ? "\(successes) MP3s are ready" : nil
        let lost = failures == 1 ? "1 file failed" : failures > 0 ? "\(failures) files failed" : nil
        summary = [ready, lost].compactMap { $0 }.joined(separator: ", ")
        more = ordered.count > Self.mostResults ? ordered.count - Self.mostResults : nil
        let only = items.count == 1 ? items.first : nil
        drop = only?.drop
        name = only?.name
        output = only?.output
        path = only?.path
        length = only?.length
        note = only?.note
        reason = only?.reason
        advice = only?.advice
        link = only?.link
        expires = only?.expires
        message = only?.message
        isFailed = only?.isFailed ?? false
    }
}

/// One result, as a template shows it.
struct LetterResult {
    /// Where the drop lay below the inbox, and its last part.
    var drop: String?
    var name: String?
    /// The MP3's name, and its whole path.
    var output: String?
    var path: String?
    /// How long the sound is, in words.
    var length: String?
    /// What there is to know of the MP3.
    var note: String?
    var reason: String?
    /// What its owner can do.
    var advice: String?
    var link: String?
    /// Until when the link is good.
    var expires: String?
    var message: String?
    var isFailed = false

    static let names: Set<String> = [
        "drop", "name", "output", "path", "length", "note", "reason", "advice", "link", "expires", "message",
        "isFailed",
    ]
}
