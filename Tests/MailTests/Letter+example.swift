import Domain
import Foundation
import Testing

@testable import Mail

extension Letter {
    static func example(_ items: [Letter.Item], token: String = "k7f3") throws -> Letter {
        Letter(
            id: 1, token: token, account: 3, accountName: try #require(AccountName("ada")),
            recipient: .address(try #require(EmailAddress("ada@example.org"))), items: items, created: .example,
            since: .example, attempts: 3)
    }
}

extension Date {
    /// 14 November 2023, 22:13:20 UTC.
    static let example = Date(timeIntervalSince1970: 1_700_000_000)
}

extension LetterLinks {
    static let example = LetterLinks(
        page: "https://sound.example.org/",
        download: { job, date in ("https://sound.example.org/download/\(job)", date + 60) },
        letters: { "https://sound.example.org/letters?account=\($0)" })
}
