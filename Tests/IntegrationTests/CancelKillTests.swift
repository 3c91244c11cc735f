import Foundation
import TestSupport
import Testing

/// SIGKILL just before the system calls that end a cancelled job: of the command, which does it.
@Suite("Killed while a job is cancelled", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct CancelKillTests {
    private let appliance: Appliance

    init() throws { appliance = try Appliance() }

    /// Cancels job 1 by the command, which is killed when it renames something below a directory.
    private func cancelKilled(at path: String) async throws {
        let result = try await Program("/usr/bin/strace").run([
            "-f", "-P", appliance.root.path + "/" + path, "-e", "trace=renameat2", "-e",
            "inject=renameat2:signal=KILL", Program.builtPrograms.appending(path: "soundspool").path, "job", "cancel",
            "1", "--config", appliance.configuration.path,
        ])
        #expect(result.errors.contains("+++ killed by SIGKILL +++"), "\(result.errors)")
    }

    @Test("A cancelled job's original is kept once, though the command that cancels it is killed")
    func cancelled() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.endless(), as: "long.mp4")
        try await appliance.eventuallyConverting()
        // The service sees to a cancelled job, too: it must not be first.
        #expect(kill(server.program.pid, SIGSTOP) == 0)
        try await cancelKilled(at: "home/ada/failed")
        #expect(kill(server.program.pid, SIGCONT) == 0)
        try await expectCancelled("long.mp4", by: server)
    }

    @Test("An MP3 whose job is cancelled while it is published is taken back, though the command is killed")
    func withdrawn() async throws {
        try await appliance.addAccount()
        let server = try await appliance.serve()
        // The link is being made durable until the job was cancelled.
        let strace = try RunningProgram(
            URL(filePath: "/usr/bin/strace"),
            [
                "-f", "-p", String(server.program.pid), "-P", appliance.root.path + "/home/ada/outbox", "-e",
                "trace=fsync", "-e", "inject=fsync:delay_enter=600s",
            ], log: appliance.directory.url.appending(path: "strace.log"))
        try await eventually("strace holds the service") { strace.printed.contains("attached") }
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await eventually("it is linked") { appliance.names("outbox") == ["film.mp3"] }
        try await cancelKilled(at: "home/ada/outbox")
        try await strace.end(SIGKILL)
        try await expectCancelled("film.mp4", by: server)
    }

    private func expectCancelled(_ name: String, by server: Appliance.Server) async throws {
        try await eventually("the original is kept") { appliance.names("failed") == [name, name + ".txt"] }
        try await appliance.eventuallyEmptySpool()
        try await eventually("the MP3 is gone") { appliance.names("outbox") == [] }
        #expect(try await appliance.jobs().map(\.state) == ["cancelled"])
        try await server.stop()
        #expect(try appliance.letters == [])
    }
}
