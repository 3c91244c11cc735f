import Foundation
import TestSupport
import Testing

/// What file systems cannot do that are not local, as `strace` lets the service's see it: no rename that replaces
/// nothing, no lease without the server's leave. A drop is taken all the same, once.
@Suite("Poor file systems", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct PoorFileSystemTests {
    /// Attaches strace to the service with these arguments.
    private func strace(
        _ server: Appliance.Server, in appliance: Appliance, _ arguments: [String]
    ) async throws -> RunningProgram {
        let strace = try RunningProgram(
            URL(filePath: "/usr/bin/strace"), ["-f", "-p", String(server.program.pid)] + arguments,
            log: appliance.directory.url.appending(path: "strace.log"))
        try await eventually("strace holds the service") { strace.printed.contains("attached") }
        return strace
    }

    private func expectOneMP3(_ appliance: Appliance) async throws {
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is archived") { appliance.names("done") == ["film.mp4"] }
        #expect(appliance.names("outbox") == ["film.mp3"])
        #expect(appliance.names("inbox") == [])
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        let spool = appliance.root.appending(path: ".spool").path
        try await eventually("the spool is empty") {
            try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty
        }
    }

    private static let noSuchRename = ["-e", "trace=renameat2", "-e", "inject=renameat2:error=EINVAL"]

    @Test("Without RENAME_NOREPLACE a drop is taken by a plain rename, and goes back by link and unlink")
    func withoutRename() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let strace = try await strace(server, in: appliance, Self.noSuchRename)
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await expectOneMP3(appliance)
        let whole = try Data(contentsOf: try await Videos.short())
        try whole.prefix(whole.count / 2).write(to: appliance.folder("inbox").appending(path: "half.mp4"))
        try await eventually("it waits for its end") { appliance.statusText().contains("half.mp4: A part of it") }
        #expect(appliance.names("inbox") == ["half.mp4"])
        try Data("no video".utf8).write(to: appliance.folder("inbox").appending(path: "bad.mp4"))
        try await eventually("it has failed") { appliance.names("failed") == ["bad.mp4", "bad.mp4.txt"] }
        #expect(strace.printed.contains("(INJECTED)"))
        try await strace.end(SIGKILL)
        try await server.stop()
    }

    /// The first is the claim's, the second comes between the two names of what is archived.
    @Test("A stop at a step leaves one drop", arguments: [("renameat", "film.mp4"), ("unlinkat", "1.source")])
    func killed(before call: String, of name: String) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let first = try await appliance.serve()
        let strace = try await strace(
            first, in: appliance,
            [
                "-P", name, "-e", "trace=renameat2,\(call)", "-e", "inject=renameat2:error=EINVAL",
                "-e", "inject=\(call):signal=KILL",
            ])
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await eventually("it is killed") { !first.program.isRunning }
        try await strace.end(SIGKILL)
        let second = try await appliance.serve()
        try await expectOneMP3(appliance)
        try await second.stop()
    }

    @Test("Where the server grants leases, a refused one does not mean that somebody is writing")
    func leasesOfServer() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let strace = try await strace(
            server, in: appliance,
            [
                "-P", appliance.folder("inbox").appending(path: "film.mp4").path, "-e", "trace=fcntl,fstatfs",
                "-e", "inject=fcntl:error=EAGAIN",
                // `f_type` becomes NFS_SUPER_MAGIC.
                "-e", "inject=fstatfs:poke_exit=@arg2=6969000000000000",
            ])
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await expectOneMP3(appliance)
        #expect(strace.printed.contains("EAGAIN"))
        try await strace.end(SIGKILL)
        try await server.stop()
    }
}
