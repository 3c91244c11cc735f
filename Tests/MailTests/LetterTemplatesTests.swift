import Domain
import Foundation
import TestSupport
import Testing

@testable import Mail

@Suite struct LetterTemplatesTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: directory.url.appending(path: name))
    }

    private func letter() throws -> MIMEMessage {
        let composer = LetterComposer(
            sender: .localService, links: .example, templates: LetterTemplates.reading(directory.path).templates)
        let letter = try Letter.example([
            Letter.Item(
                .completed(output: try #require(DropPath("<a>.mp3")), duration: 5), job: 1, drop: DropPath("<a>.mp4"),
                date: .example)
        ])
        return composer.message(for: letter, to: .localService, outbox: "/outbox")
    }

    /// Whoever breaks one that is built in would send empty letters.
    @Test func thoseBuiltInAreRight() throws {
        for key in LetterTemplates.Key.all { try write(key.file, LetterTemplates.builtInText(key)) }
        let (_, problems) = LetterTemplates.reading(directory.path)
        #expect(problems == [])
        #expect(LetterTemplates.Key.all.count == 16)
    }

    @Test func oneIsReplacedAndTheOthersStay() throws {
        try write("completed.txt", "Subject: Fertig: {{output}}\n\nHallo {{account}}, {{path}} ({{length}})\n")
        try write("completed.html", "<p title=\"{{output}}\">{{output}}</p>\n")
        #expect(LetterTemplates.reading(directory.path).problems == [])
        let message = try letter()
        #expect(message.subject == "Fertig: <a>.mp3")
        #expect(message.body == "Hallo ada, /outbox/<a>.mp3 (5 s)\n")
        #expect(message.html == "<p title=\"&lt;a&gt;.mp3\">&lt;a&gt;.mp3</p>\n")
    }

    @Test(
        arguments: [
            ("completed.txt", "Hello\n\nyou\n", 1, "should begin with 'Subject: …'"),
            ("completed.txt", "Subject: x\nno empty line\n\n", 1, "then an empty line"),
            ("completed.txt", "Subject: x\n\n{{#page}}\nnever closed\n", 5, "never closed"),
            ("completed.txt", "Subject: x\n\n\n{{#page}}{{/link}}\n", 4, "closed here"),
            ("completed.txt", "Subject: x\n\n{{outptu}}\n", 3, "there is no 'outptu'; the names are account"),
            ("completed.txt", "Subject: x\n\n{{>other}}\n", 3, "is not for letters"),
            ("completed.html", "<p>\n{{{drop}}}</p>\n", 2, "is not for letters"),
            ("completed.html", "<p>\n\n{{&drop}}</p>\n", 3, "is not for letters"),
            ("completed.html", "{{=<% %>=}}\n<%>x%>\n", 1, "is not for letters"),
            ("completed.html", "<p>{{drop</p>\n", 1, "drop"),
            ("complete.txt", "Subject: x\n\ny\n", nil, "is no letter; the letters are completed.txt"),
        ] as [(String, String, Int?, String)])
    func aBrokenOneIsToldWithItsLineAndNotUsed(file: String, text: String, line: Int?, words: String) throws {
        let before = try letter()
        try write(file, text)
        let (_, problems) = LetterTemplates.reading(directory.path)
        #expect(problems.count == 1)
        let problem = try #require(problems.first)
        #expect(problem.file == directory.path + "/" + file)
        #expect(problem.line == line, "\(problem)")
        #expect(problem.problem.contains(words), "\(problem)")
        #expect(try letter() == before)
    }

    @Test func noDirectoryIsNoProblem() {
        #expect(LetterTemplates.reading(directory.path + "/nowhere").problems == [])
    }

    @Test func whatIsNoTextIsTold() throws {
        try Data([0xFF, 0xFE]).write(to: directory.url.appending(path: "failed.txt"))
        #expect(LetterTemplates.reading(directory.path).problems.first?.problem.contains("UTF-8") == true)
    }
}
