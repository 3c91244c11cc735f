import Foundation

@testable import Mail

/// What Python's `email` package makes of a message.
struct ParsedMessage: Decodable {
    struct Mailbox: Decodable, Equatable {
        let displayName: String
        let address: String
    }

    let names: [String]
    let from: Mailbox
    let to: Mailbox
    let subject: String
    let messageID: String
    let date: Double
    let contentType: String
    let charset: String
    let body: String
    let html: String?
    let unsubscribe: String?
    let defects: [String]

    static func parse(_ bytes: [UInt8]) async throws -> ParsedMessage {
        try JSONDecoder().decode(
            ParsedMessage.self, from: try await PythonProgram.output(of: "parse_message.py", input: bytes))
    }
}
