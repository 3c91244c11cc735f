import Foundation
import TestSupport
import Testing

/// The ledger fails after a drop was claimed, while it is converted: what comes of it is written down when it can be.
@Suite("Ledger faults", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct LedgerFaultTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    private func expectOneMP3(_ server: Appliance.Server) async throws {
        try await eventually("it is published") { appliance.names("outbox") == ["film.mp3"] }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is archived") { appliance.names("done") == ["film.mp4"] }
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        try await server.stop()
    }

    @Test(
        "A ledger that is full, broken or read-only holds the end of a conversion up",
        arguments: [("pwrite64", "ENOSPC"), ("pwrite64", "EDQUOT"), ("pwrite64", "EROFS"), ("fdatasync,fsync", "EIO")])
    func failing(calls: String, error: String) async throws {
        try await appliance.addAccount()
        let converter = try HeldConverter()
        defer { converter.remove() }
        let server = try await appliance.serve(programs: converter.programs)
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await converter.eventuallyHolds("film.mp4", of: server, in: appliance)
        let fault = StorageFault(calls: calls, error: error, path: "state/ledger.sqlite-wal")
        let strace = try await fault.begin(in: server, of: appliance)
        try converter.letGo()
        try await eventually("the end cannot be written down") {
            server.program.printed.contains("cannot write a broken-off job down")
        }
        #expect(strace.printed.contains("(INJECTED)"))
        #expect(appliance.names("outbox") == [])
        #expect(try appliance.letters == [])
        try await strace.end(SIGKILL)
        try await expectOneMP3(server)
    }

    @Test("A ledger that somebody else holds holds the end of a conversion up")
    func busy() async throws {
        try await appliance.addAccount()
        let converter = try HeldConverter()
        defer { converter.remove() }
        let server = try await appliance.serve(programs: converter.programs)
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await converter.eventuallyHolds("film.mp4", of: server, in: appliance)
        let script = """
            import sqlite3, sys, time
            ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
            ledger.execute("BEGIN IMMEDIATE")
            print("held", flush=True)
            time.sleep(600)
            """
        let holder = try RunningProgram(
            URL(filePath: "/usr/bin/python3"), ["-c", script, appliance.state.path + "/ledger.sqlite"],
            log: appliance.directory.url.appending(path: "holder.log"))
        try await eventually("the ledger is held") { holder.printed.contains("held") }
        try converter.letGo()
        // SQLite itself waits for ten seconds.
        try await eventually("the service says so") {
            server.program.printed.contains("attempt broke off")
        }
        #expect(appliance.names("outbox") == [])
        try await holder.end(SIGKILL)
        try await expectOneMP3(server)
    }
}
