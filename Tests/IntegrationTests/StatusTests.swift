import Foundation
import TestSupport
import Testing

/// What commands say of drops that wait: what the service sees while it runs, and what lies there while it does not.
@Suite("Status")
struct StatusTests {
    private func reason(_ appliance: Appliance, _ name: String) async throws -> String? {
        try await appliance.jobs().first { $0.name == name && $0.state == "waiting" }?.reason
    }

    @Test("A drop that is being written is shown as that, and an unreadable one too")
    func running() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let service = try await appliance.serve()
        let path = appliance.folder("inbox").appending(path: "film.mkv")
        // While it is empty it is not taken, however long it takes to open it.
        try Data().write(to: path)
        let writer = try FileHandle(forWritingTo: path)
        try writer.write(contentsOf: Data("a beginning".utf8))
        try await eventually("it is still being written") {
            try await reason(appliance, "film.mkv") == "being-written"
        }
        #expect(try await !appliance.command("status").output.contains("not running"))
        try writer.close()
        try await eventually("it is taken") { try await reason(appliance, "film.mkv") == nil }
        try await service.stop()
    }

    @Test("A stopped service is told of, and looking writes nothing")
    func stopped() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        // One that ran and stopped, with something in its list.
        let service = try await appliance.serve()
        let path = appliance.folder("inbox").appending(path: "empty.mkv")
        try Data().write(to: path)
        try await eventually("it is seen") { try await reason(appliance, "empty.mkv") == "empty" }
        try await service.stop()
        try Data("all of it".utf8).write(to: path)

        let ledger = appliance.state.appending(path: "ledger.sqlite").path
        let used = """
            import sqlite3, sys
            print(sqlite3.connect(sys.argv[1]).execute("SELECT lastUsed FROM token").fetchall())
            """
        let before = try await Program("/usr/bin/python3").run(["-c", used, ledger]).output
        let status = try await appliance.command("status")
        #expect(status.output.hasPrefix("The service is not running."), "\(status.output)")
        #expect(status.output.contains("ada/empty.mkv: The service is not running; it is taken once it runs again."))
        #expect(try await appliance.command("status", "--json").output.contains("\"running\" : false"))
        #expect(try await reason(appliance, "empty.mkv") == "stopped")
        let after = try await Program("/usr/bin/python3").run(["-c", used, ledger]).output
        #expect(before == after && before.contains("None"), "\(before) \(after)")
    }
}
