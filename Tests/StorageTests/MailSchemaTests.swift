import Domain
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

/// A ledger of the first version is brought forward with everything in it.
struct MailSchemaTests {
    @Test func `letters of the first version still go out`() async throws {
        let temporary = try TemporaryDirectory()
        do {
            let pool = try DatabasePool(path: temporary.path + "/ledger.sqlite")
            try Schema.migrator.migrate(pool, upTo: "1")
            try await pool.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO account (id, name, email, preset, created)
                            VALUES (3, 'ada', 'ada@example.org', 'standard', 1);
                        INSERT INTO job (id, account, dropPath, preset, state, size, created)
                            VALUES (7, 3, CAST('a.mp4' AS BLOB), 'standard', 'published', 5, 1);
                        INSERT INTO letter
                            (id, token, job, accountName, recipient, dropPath, output, duration, created, attempts)
                            VALUES (5, 'k1', 7, 'ada', 'ada@example.org', CAST('a.mp4' AS BLOB),
                            CAST('a.mp3' AS BLOB), 2.5, 100, 4);
                        INSERT INTO letter
                            (id, token, job, accountName, recipient, dropPath, reason, message, created, state, answer)
                            VALUES (6, 'k2', 8, 'bob', 'bob@example.org', CAST('b.mp4' AS BLOB), 'damaged', 'Broken.',
                            200, 'failed', '550 no');
                        """)
            }
            try pool.close()
        }
        let ledger = try Ledger(state: temporary.path)
        #expect(try await ledger.accounts.all().map(\.letters) == [.digest])
        let letter = try #require(try await ledger.letters.takeNext(.mail))
        #expect(letter.id == 5)
        #expect(letter.token == "k1")
        #expect(letter.account == 3)
        #expect(letter.attempts == 4)
        #expect(
            letter.items == [
                Letter.Item(
                    .completed(output: try #require(DropPath("a.mp3")), duration: 2.5), job: 7, drop: DropPath("a.mp4"),
                    date: Date(timeIntervalSince1970: 100))
            ])
        let failed = try #require(try await ledger.letters.list(state: "failed").first)
        #expect(failed.letter.id == 6)
        #expect(failed.letter.account == nil)
        #expect(failed.answer == "550 no")
        #expect(failed.letter.items.first?.subject == .failed(JobFailure(reason: "damaged", message: "Broken.")))
    }
}
