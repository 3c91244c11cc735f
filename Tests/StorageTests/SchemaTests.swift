import Domain
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

struct SchemaTests {
    /// A ledger as the first version left it, with a job and a letter in it.
    @Test func `an older ledger is brought forward, and keeps what is in it`() async throws {
        let temporary = try TemporaryDirectory()
        let old = try DatabaseQueue(path: temporary.path + "/ledger.sqlite")
        try Schema.migrator.migrate(old, upTo: "1")
        try await old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO account (name, email, preset, created) VALUES ('ada', 'ada@example.org', 'standard', 1);
                    INSERT INTO job (account, dropPath, preset, state, size, created)
                    VALUES (1, x'61', 'standard', 'queued', 5, 2);
                    INSERT INTO letter (token, job, accountName, recipient, dropPath, reason, message, created)
                    VALUES ('t', 1, 'ada', 'ada@example.org', x'61', 'damaged', 'It is.', 3);
                    """)
        }
        try old.close()
        let ledger = try Ledger(state: temporary.path)
        let job = try #require(try await ledger.jobs.jobs().first)
        #expect(job.drop == DropPath("a"))
        #expect(job.state == .queued)
        #expect(!job.isUpload)
        #expect(job.setback == nil)
        #expect(job.crashes == 0)
        #expect(job.interruptions == 0)
        #expect(
            try await ledger.letters.takeNext(.mail)?.items.map(\.subject)
                == [.failed(JobFailure(reason: "damaged", message: "It is."))])
        #expect(try await ledger.incompleteDrops.all().isEmpty)
        #expect(try await ledger.polledInboxes.all().isEmpty)
    }
}
