import Foundation
import TestSupport
import Testing

/// The file system below the root becomes read-only under the running service, and writable again.
@Suite("Remounted", .enabled(if: getuid() == 0, "mounting needs root"))
struct RemountTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    /// Serves in a mount namespace of its own, where the root directory is a mount.
    private func serve(_ built: URL = Program.builtPrograms) async throws -> Appliance.Server {
        let programs = appliance.directory.url.appending(path: "programs")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        let script = """
            #!/bin/sh
            exec unshare --mount --propagation private /bin/sh -c 'mount --bind "$0" "$0" && exec "$@"' \\
                '\(appliance.root.path)' '\(built.appending(path: "soundspool").path)' "$@"
            """
        try FileManager.default.moveItem(
            atPath: Script(program: script, in: programs.path).path,
            toPath: programs.appending(path: "soundspool").path)
        return try await appliance.serve(programs: programs)
    }

    /// A file that is open for writing keeps it from becoming read-only; it is asked until there is none.
    private func remount(_ mode: String, for server: Appliance.Server) throws -> RunningProgram {
        try RunningProgram(
            URL(filePath: "/usr/bin/nsenter"),
            [
                "--target", String(server.program.pid), "--mount", "/bin/sh", "-c",
                "until mount -o remount,bind,$0 \"$1\" 2>/dev/null; do :; done", mode, appliance.root.path,
            ], log: appliance.directory.url.appending(path: "remount-\(mode).log"))
    }

    private func expectOneMP3(_ server: Appliance.Server) async throws {
        #expect(appliance.names("outbox") == [])
        #expect(try appliance.letters == [])
        #expect(try await remount("rw", for: server).ended() == 0)
        try await eventually("it is published") { appliance.names("outbox") == ["film.mp3"] }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is archived") { appliance.names("done") == ["film.mp4"] }
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        try await appliance.eventuallyEmptySpool()
        try await server.stop()
        #expect(try appliance.letters.count == 1)
    }

    @Test("A drop in a read-only inbox waits there, and status says so")
    func waiting() async throws {
        try await appliance.addAccount()
        let server = try await serve()
        #expect(try await remount("ro", for: server).ended() == 0)
        // Through another mount, as from another machine.
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await eventually("status says so") {
            try await appliance.command("status").output.contains("ada/film.mp4: It cannot be taken right now")
        }
        #expect(appliance.names("inbox") == ["film.mp4"])
        #expect(try appliance.spooled == [])
        try await expectOneMP3(server)
    }

    @Test("Ready says that the spool is read-only, and when it is not any more")
    func readiness() async throws {
        let server = try await serve()
        let client = try HTTPClient(server)
        #expect(try await client.call("/readyz").status == 200)
        #expect(try await remount("ro", for: server).ended() == 0)
        let refusal = try await eventually("it is not ready") {
            let answer = try await client.call("/readyz")
            return answer.status == 503 ? answer.body : nil
        }
        #expect(refusal.contains("The spool cannot be written now."))
        #expect(try await client.call("/healthz").status == 200)
        #expect(try await remount("rw", for: server).ended() == 0)
        try await eventually("it is ready again") { try await client.call("/readyz").status == 200 }
        try await server.stop()
    }

    @Test("A job whose spool is read-only waits there, and status says so")
    func queued() async throws {
        try await appliance.addAccount()
        let converter = try HeldConverter()
        defer { converter.remove() }
        let server = try await serve(converter.programs)
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await converter.eventuallyHolds("film.mp4", of: server, in: appliance)
        let remount = try remount("ro", for: server)
        // A crash may be the machine's fault, so there is another attempt.
        for pid in HeldConverter.converters(of: server) { kill(pid, SIGSEGV) }
        try converter.letGo()
        #expect(try await remount.ended() == 0)
        try await eventually("the next attempt meets it") {
            server.program.printed.contains(/attempt broke off.*Read-only file system/)
        }
        try await eventually("status says so") {
            try await appliance.command("status").output.contains("film.mp4: The last attempt broke off")
        }
        #expect(try appliance.spooled.contains("1.source"))
        try await expectOneMP3(server)
    }
}
