import Domain
import Mustache

/// The words of letters, as mustache templates: a text and an HTML one for each kind of letter. The text's first line is
/// `Subject: …`, and an empty one follows. Replaceable one by one; `LetterTemplates+directory` reads them.
public struct LetterTemplates: Sendable {
    /// The kinds of letters, as their files are named.
    enum Name: String, CaseIterable {
        case completed, failed, incomplete, quota
        case confirmAddress = "confirm-address"
        case resetPassword = "reset-password"
        case alreadyRegistered = "already-registered"
        /// Several results.
        case digest

        init(of letter: Letter) {
            guard letter.items.count == 1, let kind = letter.items.first?.subject.kind else {
                self = .digest
                return
            }
            self =
                switch kind {
                case .completed: .completed
                case .failed: .failed
                case .incomplete: .incomplete
                case .quota: .quota
                case .confirmAddress: .confirmAddress
                case .resetPassword: .resetPassword
                case .alreadyRegistered: .alreadyRegistered
                }
        }
    }

    /// The two parts of a letter, by the extension of their files.
    enum Part: String, CaseIterable {
        case text = "txt"
        case html
    }

    struct Key: Hashable {
        let name: Name
        let part: Part

        var file: String { "\(name.rawValue).\(part.rawValue)" }
        static let all = Name.allCases.flatMap { name in Part.allCases.map { Key(name: name, part: $0) } }
    }

    struct Rendered {
        let subject: String
        let body: String
        let html: String
    }

    private var templates: [Key: MustacheTemplate] = [:]

    public static let builtIn: LetterTemplates = {
        var templates = LetterTemplates()
        // Those that are built in parse, as a test asserts.
        for key in Key.all { templates.templates[key] = try? parse(builtInText(key), part: key.part) }
        return templates
    }()

    private static func parse(_ text: String, part: Part) throws -> MustacheTemplate {
        MustacheContentTypes.register(LetterHTML(), named: LetterHTML.name)
        // On the first line, so that the lines keep their numbers.
        return try MustacheTemplate(string: (part == .html ? LetterHTML.pragma : LetterHTML.plainPragma) + text)
    }

    mutating func replace(_ key: Key, with text: String) throws {
        templates[key] = try Self.parse(text, part: key.part)
    }

    func render(_ content: LetterContent, _ name: Name) -> Rendered {
        let text = templates[Key(name: name, part: .text)]?.render(content) ?? ""
        let html = templates[Key(name: name, part: .html)]?.render(content) ?? ""
        let (subject, body) = Self.split(text) ?? ("soundspool", text)
        return Rendered(subject: subject, body: body, html: html)
    }

    /// Takes a text apart into what follows `Subject:` and what follows the empty line. Nil where it begins otherwise.
    static func split(_ text: String) -> (subject: String, body: String)? {
        let lines = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        let label = "Subject:"
        guard lines.count == 3, lines[0].hasPrefix(label), lines[1].isEmpty else { return nil }
        return (String(lines[0].dropFirst(label.count).drop { $0 == " " }), String(lines[2]))
    }
}

/// Escapes what templates show in HTML; see `String.escapedForHTML` for why not the library's own.
private struct LetterHTML: MustacheContentType {
    static let name = "LetterHTML"
    static let pragma = "{{% CONTENT_TYPE:\(name)}}"
    static let plainPragma = "{{% CONTENT_TYPE:TEXT}}"

    func escapeText(_ text: String) -> String { text.escapedForHTML }
}
