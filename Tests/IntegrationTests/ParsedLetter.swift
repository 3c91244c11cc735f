import Foundation
import TestSupport
import Testing

/// A letter as a mail program reads it: what Python's `email` package makes of it.
struct ParsedLetter: Decodable {
    let names: [String]
    let subject: String
    let body: String
    let html: String?
    let unsubscribe: String?
    let defects: [String]

    static func parse(_ letter: String) async throws -> ParsedLetter {
        let script = Program.sourceTree.appending(path: "Tests/MailTests/Servers/parse_message.py").path
        let result = try await Program("/usr/bin/python3").run([script], input: letter)
        try #require(result.status == 0, "\(result.errors)")
        return try JSONDecoder().decode(ParsedLetter.self, from: Data(result.output.utf8))
    }
}
