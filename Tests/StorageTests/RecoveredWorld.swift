import Domain
import Foundation
import Testing

@testable import Storage

/// A world after a stop, in which a new start brings ledger and spool together again.
struct RecoveredWorld {
    let world: World
    var recovery: SpoolRecovery { SpoolRecovery(ledger: world.ledger, spool: world.spool) }

    init() throws { world = try World() }

    func recover() async throws -> SpoolRecovery.Findings { try await recovery.run() }

    func job(_ id: Job.ID) async throws -> Job? { try await world.ledger.jobs.job(id) }

    /// Checks that recovering again finds nothing to do and changes nothing.
    func expectSettled(except strangers: [String] = []) async throws {
        let (jobs, files) = (try await world.ledger.jobs.jobs(), try allFiles())
        let letters = try await world.ledger.letters.counts()
        let findings = try await recover()
        #expect(findings == SpoolRecovery.Findings(strangers: strangers))
        #expect(try await world.ledger.jobs.jobs() == jobs)
        #expect(try await world.ledger.letters.counts() == letters)
        #expect(try allFiles() == files)
    }

    func allFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: world.root)
            .filter { !$0.hasPrefix("state") }.sorted()
    }
}
