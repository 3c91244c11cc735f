import ConversionContract
import Domain
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

struct LedgerTests {
    private let world: World

    init() throws { world = try World() }

    @Test func `a transaction that returned survives a power cut`() async throws {
        let (mode, synchronous, foreignKeys) = try await world.ledger.database.write { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                try Int.fetchOne(database, sql: "PRAGMA foreign_keys")
            )
        }
        #expect(mode == "wal")
        #expect(synchronous == 2)
        #expect(foreignKeys == 1)
    }

    @Test func `what was written is there after the process was killed`() async throws {
        let (state, account) = (world.state, try await world.account().id)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [state = state as String, account = account as Account.ID] in
            let ledger = try Ledger(state: state)
            for name in ["a", "b", "c"] {
                guard let drop = DropPath(name) else { return }
                _ = try await ledger.jobs.beginClaim(account: account, drop: drop, preset: .small, size: 1)
            }
            kill(getpid(), SIGKILL)
        }
        #expect(try await world.ledger.jobs.jobs().map(\.drop.display) == ["c", "b", "a"])
        #expect(try await Ledger(state: state).jobs.jobs().map(\.preset) == [.small, .small, .small])
    }

    @Test func `opening again changes nothing`() async throws {
        let account = try await world.account()
        let job = try await world.job(.failed, of: account)
        let again = try Ledger(state: world.state)
        #expect(try await again.accounts.all() == [account])
        #expect(try await again.jobs.jobs() == [job])
    }

    @Test func `several may write at once`() async throws {
        let account = try await world.account().id
        let state = world.state
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    let ledger = try Ledger(state: state)
                    for number in 0..<25 {
                        let drop = try #require(DropPath("\(writer)/\(number)"))
                        _ = try await ledger.jobs.beginClaim(account: account, drop: drop, preset: .high, size: 1)
                    }
                }
            }
            try await group.waitForAll()
        }
        let drops = try await world.ledger.jobs.jobs(limit: 1000).map(\.drop)
        #expect(drops.count == 100)
        #expect(Set(drops).count == 100)
    }

    @Test func `several may make it at once`() async throws {
        for _ in 0..<10 {
            let temporary = try TemporaryDirectory()
            let state = temporary.path
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 { group.addTask { _ = try await Ledger(state: state).accounts.all() } }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a newer version's ledger is refused and left as it is`() async throws {
        let account = try await world.account()
        try await world.ledger.database.write { database in
            try database.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('later')")
        }
        #expect(throws: LedgerError.newerSchema) { _ = try Ledger(state: world.state) }
        #expect(try await world.ledger.accounts.all() == [account])
    }

    @Test func `what is no ledger is an error`() throws {
        let temporary = try TemporaryDirectory()
        try Data(repeating: 0x41, count: 5000).write(to: temporary.url.appending(path: "ledger.sqlite"))
        #expect(throws: DatabaseError.self) { _ = try Ledger(state: temporary.path) }
        #expect(throws: (any Error).self) { _ = try Ledger(state: temporary.path + "/nowhere") }
    }
}
