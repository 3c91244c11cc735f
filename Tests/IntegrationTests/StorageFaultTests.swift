import Foundation
import TestSupport
import Testing

/// Whatever fails, the drop becomes one MP3 once it has passed, nothing half is seen, and it is said meanwhile.
@Suite("Storage faults", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct StorageFaultTests {
    private static let again = "The last attempt broke off and is repeated"

    static let faults = [
        StorageFault(calls: "write,pwrite64,writev", error: "ENOSPC", path: "root/.spool/1.mp3", words: again),
        StorageFault(calls: "write,pwrite64,writev", error: "EDQUOT", path: "root/.spool/1.mp3", words: again),
        StorageFault(calls: "fsync", error: "EIO", path: "root/.spool/1.mp3", words: again),
        StorageFault(calls: "fsync", error: "ENOSPC", path: "root/.spool/1.mp3", words: again),
        StorageFault(calls: "fsync", error: "EDQUOT", path: "root/.spool/1.mp3", words: again),
        StorageFault(calls: "linkat", error: "ENOSPC", path: "root/home/ada/outbox", words: again),
        StorageFault(calls: "linkat", error: "EDQUOT", path: "root/home/ada/outbox", words: again),
        StorageFault(calls: "fsync", error: "EIO", path: "root/home/ada/outbox", words: again),
        StorageFault(
            calls: "renameat2", error: "EROFS", path: "root/home/ada/inbox", words: "It cannot be taken right now"),
        StorageFault(calls: "fsync", error: "EIO", path: "root/.spool", words: "It cannot be taken right now"),
        StorageFault(calls: "pwrite64", error: "ENOSPC", path: "state/ledger.sqlite-wal", words: "storage is full"),
        StorageFault(calls: "pwrite64", error: "EDQUOT", path: "state/ledger.sqlite-wal", words: "storage is full"),
        StorageFault(calls: "pwrite64", error: "EROFS", path: "state/ledger.sqlite-wal", words: "storage is full"),
        StorageFault(calls: "fdatasync,fsync", error: "EIO", path: "state/ledger.sqlite-wal", words: "storage is full"),
    ]

    @Test("A fault passes, and the drop is one MP3", arguments: faults)
    func passes(fault: StorageFault) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let strace = try await fault.begin(in: server, of: appliance)
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await eventually("the fault was met, and is told of") {
            guard strace.printed.contains("(INJECTED)") else { return false }
            let status = try await appliance.command("status").output
            return (status + appliance.statusText()).contains(fault.words)
        }
        #expect(try appliance.letters == [])
        // The next attempt may be at the link, which it takes back.
        try await eventually("nothing is published") { appliance.names("outbox") == [] }
        // It may be on its way in or out at this very moment; a claim that was undone gets another number.
        try await eventually("the source is still there") {
            try appliance.names("inbox") == ["film.mp4"] || appliance.spooled.contains { $0.hasSuffix(".source") }
        }
        try await strace.end(SIGKILL)

        try await eventually("it is published") { appliance.names("outbox") == ["film.mp3"] }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is archived") { appliance.names("done") == ["film.mp4"] }
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        #expect(abs(try await Videos.duration(appliance.folder("outbox").appending(path: "film.mp3")) - 5) < 0.1)
        try await server.stop()
    }

    @Test("A ledger that somebody else holds is waited for")
    func busy() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
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
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        // SQLite itself waits for ten seconds.
        try await eventually("the service says so") { server.program.printed.contains("cannot take drops") }
        #expect(appliance.names("inbox") == ["film.mp4"])
        try await holder.end(SIGKILL)
        try await eventually("it is published") { appliance.names("outbox") == ["film.mp3"] }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await server.stop()
    }

    @Test("A state directory that cannot be written is refused in plain words")
    func readOnly() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let result = try await Program("/usr/bin/unshare").run([
            "--mount", "--propagation", "private", "/bin/bash", "-c",
            "mount --bind $1 $1 && mount -o remount,bind,ro $1 && exec $2 serve --config $3", "-",
            appliance.state.path, Program.builtPrograms.appending(path: "soundspool").path,
            appliance.configuration.path,
        ])
        #expect(result.status == 78, "\(result.errors)")
        #expect(result.errors.contains("cannot use root and state directories"))
        #expect(result.errors.contains("Read-only file system"))
    }
}
