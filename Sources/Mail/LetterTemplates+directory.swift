import FoundationEssentials
import Mustache

/// What is wrong with an administrator's template: where, and what would be right.
public struct TemplateProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public let file: String
    /// From 1; nil where it is the file itself.
    public let line: Int?
    public let problem: String

    public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}

extension LetterTemplates {
    private static let largest = 256 << 10

    /// The built-in templates with those of a directory in their places. One that is broken is told and not used.
    ///
    /// A template is used as a whole: there are no partials, which could include each other without end.
    /// - Parameter directory: An absolute path; where there is no such directory, nothing is replaced.
    public static func reading(_ directory: String) -> (templates: LetterTemplates, problems: [TemplateProblem]) {
        var templates = builtIn
        var problems: [TemplateProblem] = []
        let files = FileManager.default
        guard let names = try? files.contentsOfDirectory(atPath: directory) else {
            guard files.fileExists(atPath: directory) else { return (templates, []) }
            return (templates, [TemplateProblem(file: directory, line: nil, problem: "cannot be read as a directory")])
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let file = "\(directory)/\(name)"
            guard let key = Key.all.first(where: { $0.file == name }) else {
                let all = Key.all.map(\.file).joined(separator: ", ")
                problems.append(TemplateProblem(file: file, line: nil, problem: "is no letter; the letters are \(all)"))
                continue
            }
            do throws(TemplateProblem) {
                let text = try read(file)
                try check(text, key, file)
                try templates.replace(key, with: text, file: file)
            } catch {
                problems.append(error)
            }
        }
        return (templates, problems)
    }

    private static func read(_ file: String) throws(TemplateProblem) -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw TemplateProblem(file: file, line: nil, problem: "cannot be read")
        }
        guard data.count <= largest, let text = String(validating: data, as: UTF8.self) else {
            throw TemplateProblem(
                file: file, line: nil, problem: "should be UTF-8 text of at most \(largest >> 10) KiB")
        }
        return text.replacing("\r\n", with: "\n")
    }

    /// What the parser lets pass but would not come out as meant.
    ///
    /// SECURITY: tags that show text without escaping it are among these, because file names are their senders' choice.
    private static func check(_ text: String, _ key: Key, _ file: String) throws(TemplateProblem) {
        if key.part == .text, split(text + "\n\n") == nil {
            throw TemplateProblem(file: file, line: 1, problem: "should begin with 'Subject: …' and then an empty line")
        }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for tag in line.matches(of: /\{\{\s*([>%=<$*{&]?)\s*[#^\/]?\s*([^}\s]*)/) {
                if !tag.output.1.isEmpty {
                    throw TemplateProblem(
                        file: file, line: index + 1,
                        problem:
                            "'{{\(tag.output.1)' is not for letters; use {{name}}, {{#name}}, {{^name}} and {{/name}}")
                }
                let name = String(tag.output.2)
                if !name.hasPrefix("!"), name != ".", !LetterContent.names.contains(name) {
                    throw TemplateProblem(
                        file: file, line: index + 1,
                        problem:
                            "there is no '\(name)'; the names are \(LetterContent.names.sorted().joined(separator: ", "))"
                    )
                }
            }
        }
    }

    private mutating func replace(_ key: Key, with text: String, file: String) throws(TemplateProblem) {
        do {
            try replace(key, with: text)
        } catch let error as MustacheTemplate.ParserError {
            throw TemplateProblem(file: file, line: error.context.lineNumber, problem: Self.words(for: error.error))
        } catch {
            throw TemplateProblem(file: file, line: nil, problem: "\(error)")
        }
    }

    private static func words(for error: any Error) -> String {
        switch error as? MustacheTemplate.Error {
        case .sectionCloseNameIncorrect: "a section is closed here that is not the one that is open"
        case .expectedSectionEnd: "a section that is open here is never closed; it should end with {{/name}}"
        case .unfinishedName: "a tag is not finished; it should end with }}"
        default: "this is not mustache: \(error)"
        }
    }
}
