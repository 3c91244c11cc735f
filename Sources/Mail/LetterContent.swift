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
    /// All of them: failures first, then what is incomplete.
    let results: [LetterResult]
    /// Nil for none, here and below, so that a section shows it only where there are some.
    let completed: Int?
    let failed: Int?
    let incomplete: Int?
    /// `2 MP3s are ready, 1 file failed, 1 file is still incomplete`.
    let summary: String

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
    let isReady: Bool
    let isFailed: Bool
    let isIncomplete: Bool

    static let names = Set([
        "account", "sender", "outbox", "page", "unsubscribe", "results", "completed", "failed", "incomplete", "summary",
    ]).union(LetterResult.names)

    init(account: String, sender: String, outbox: String, page: String?, unsubscribe: String?, items: [LetterResult]) {
        self.account = account
        self.sender = sender
        self.outbox = outbox
        self.page = page
        self.unsubscribe = unsubscribe
        let (failures, halves) = (items.filter(\.isFailed), items.filter(\.isIncomplete))
        results = failures + halves + items.filter { !$0.isFailed && !$0.isIncomplete }
        let ready = items.count { $0.isReady }
        completed = ready > 0 ? ready : nil
        failed = failures.isEmpty ? nil : failures.count
        incomplete = halves.isEmpty ? nil : halves.count
        func words(_ count: Int?, _ one: String, _ many: String) -> String? {
            count.map { $0 == 1 ? "1 " + one : "\($0) " + many }
        }
        summary = [
            words(completed, "MP3 is ready", "MP3s are ready"), words(failed, "file failed", "files failed"),
            words(incomplete, "file is still incomplete", "files are still incomplete"),
        ].compactMap { $0 }.joined(separator: ", ")
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
        isReady = only?.isReady ?? false
        isFailed = only?.isFailed ?? false
        isIncomplete = only?.isIncomplete ?? false
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
    /// How long the sound is, or has been incomplete, in words.
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
    var isReady = false
    var isFailed = false
    var isIncomplete = false

    static let names: Set<String> = [
        "drop", "name", "output", "path", "length", "note", "reason", "advice", "link", "expires", "message",
        "isReady", "isFailed", "isIncomplete",
    ]
}
