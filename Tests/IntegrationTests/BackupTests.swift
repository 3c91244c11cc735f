import Foundation
import TestSupport
import Testing

@Suite("Backup and retry")
struct BackupTests {
    @Test("A backup made while jobs run brings accounts and jobs to an empty machine")
    func restore() async throws {
        let old = try Appliance()
        for account in ["ada", "bob"] { try await old.addAccount(account) }
        let service = try await old.serve()
        let video = try await Videos.short()
        for number in 1...6 { try await old.drop(video, as: "\(number).mkv") }
        let file = old.directory.url.appending(path: "backup.tar")
        try await eventually("all are known") { try await old.jobs().count == 6 }
        let made = try await old.command("backup", file.path)
        #expect(made.status == 0, "\(made.errors)")
        var status = stat()
        #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        // For the ledger too, which comes after the outbox.
        try await eventually("all are published") { try await old.jobs().allSatisfy { $0.state == "published" } }
        try await service.stop()

        let again = try await old.command("backup", file.path)
        #expect(again.status != 0, "an archive that is there is not overwritten")

        let whole = old.directory.url.appending(path: "whole.tar").path
        let saved = try await old.command("backup", whole)
        #expect(saved.status == 0, "\(saved.errors)")
        let jobs = try await old.jobs()
        let early = try await old.command("restore", whole)
        #expect(early.status == EX_CANTCREAT && early.errors.contains("--force"), "\(early.errors)")
        // Another machine, of which only the paths are the same. Somebody tried the service there before.
        try FileManager.default.removeItem(at: old.state)
        try FileManager.default.createDirectory(at: old.state, withIntermediateDirectories: true)
        let log = old.state.appending(path: "ledger.sqlite-wal")
        try Data(repeating: 7, count: 65536).write(to: log)
        let changed = try Data(contentsOf: old.configuration) + Data("# another\n".utf8)
        try changed.write(to: old.configuration)
        let restored = try await old.command("restore", whole)
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(!FileManager.default.fileExists(atPath: log.path))
        #expect(try Data(contentsOf: URL(filePath: old.configuration.path + ".before-restore")) == changed)
        #expect(try Data(contentsOf: old.configuration) != changed)

        let running = try await old.serve()
        let now = try await old.jobs()
        #expect(now.count == jobs.count && now.allSatisfy { $0.state == "published" }, "\(now)")
        #expect(old.names("outbox").count == 6, "\(old.names("outbox"))")
        try await old.drop(video, as: "more.mkv", for: "bob")
        try await eventually("bob's token and account work") { old.names("outbox", of: "bob") == ["more.mp3"] }
        let busy = try await old.command("restore", whole, "--force")
        #expect(busy.status == EX_TEMPFAIL && busy.errors.contains("the service is running"), "\(busy.errors)")
        try await running.stop()
        let none = try await old.command("restore", old.configuration.path, "--force")
        #expect(none.status == EX_DATAERR, "\(none.errors)")
    }

    @Test("A job that failed is tried again from where its original lies, and becomes another")
    func retry() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let service = try await appliance.serve()
        let broken = appliance.directory.url.appending(path: "broken.mkv")
        try Data("This is no video.".utf8).write(to: broken)
        let folder = appliance.folder("inbox").appending(path: "course")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for number in 1...2 {
            try await appliance.drop(broken, as: "course/talk.mkv")
            // One after the other, so that the second's original has the second name.
            try await eventually("its original is kept") {
                appliance.names("failed").count { $0.hasSuffix(".mkv") } == number
            }
        }
        try await eventually("both failed") {
            appliance.names("failed") == [
                "course", "course/talk (2).mkv", "course/talk (2).mkv.txt", "course/talk.mkv", "course/talk.mkv.txt",
            ]
        }
        // Its owner cannot, but the administrator mends the second.
        let mended = appliance.folder("failed").appending(path: "course/talk (2).mkv")
        try FileManager.default.removeItem(at: mended)
        try FileManager.default.copyItem(at: try await Videos.short(), to: mended)
        let second = try #require(try await appliance.jobs().first?.id)
        let result = try await appliance.command("job", "retry", "\(second)")
        #expect(result.status == 0, "\(result.errors)")
        try await eventually("it is published") { appliance.names("outbox").contains("course/talk.mp3") }
        #expect(appliance.names("failed") == ["course", "course/talk.mkv", "course/talk.mkv.txt"])
        let repeated = try await appliance.command("job", "retry", "\(second)")
        #expect(repeated.status != 0)
        let newest = try #require(try await appliance.jobs().first?.id)
        #expect(try await appliance.command("job", "retry", "\(newest)").errors.contains("only one that failed"))
        try await service.stop()
    }

    @Test("SIGHUP looks through the inboxes and says what is wrong with the configuration, and the service goes on")
    func reload() async throws {
        let appliance = try Appliance()
        let service = try await appliance.serve()
        // It listens before it heeds the signal.
        try await eventually("SIGHUP does not end it") {
            let status = try String(contentsOfFile: "/proc/\(service.program.pid)/status", encoding: .utf8)
            let caught = status.firstMatch(of: /SigCgt:\s+([0-9a-f]+)/).flatMap { UInt64($0.1, radix: 16) }
            return (caught ?? 0) & 1 << (SIGHUP - 1) != 0
        }
        kill(service.program.pid, SIGHUP)
        try await eventually("it says so") { service.program.printed.contains("reloaded: all inboxes") }
        let text = try String(contentsOf: appliance.configuration, encoding: .utf8)
        try Data((text + "\nrooot: /nowhere\n").utf8).write(to: appliance.configuration)
        kill(service.program.pid, SIGHUP)
        try await eventually("it names the key") { service.program.printed.contains("rooot") }
        try Data(text.utf8).write(to: appliance.configuration)
        try await service.stop()
    }

    @Test("The signing key may be a credential, and then no file has it")
    func credential() async throws {
        let appliance = try Appliance()
        let credentials = appliance.directory.url.appending(path: "credentials")
        try FileManager.default.createDirectory(at: credentials, withIntermediateDirectories: true)
        let environment = ["CREDENTIALS_DIRECTORY": credentials.path]
        let file = credentials.appending(path: "signing-key")
        try Data(repeating: 7, count: 31).write(to: file)
        let refused = try await Program(built: "soundspool").run(
            ["serve", "--config", appliance.configuration.path], environment: environment)
        #expect(refused.status == EX_CONFIG)
        #expect(refused.errors.contains("should hold 32 to 4096 random bytes"))
        try Data(repeating: 7, count: 32).write(to: file)
        let service = try await appliance.serve(environment: environment)
        #expect(!FileManager.default.fileExists(atPath: appliance.state.appending(path: "signing.key").path))
        let archive = appliance.directory.url.appending(path: "backup.tar").path
        let saved = try await appliance.command("backup", archive)
        #expect(saved.output.contains("has the ledger, the configuration"), "\(saved.output)\(saved.errors)")
        #expect(saved.output.contains("Nor is the signing key"), "\(saved.output)")
        try await service.stop()
        let restored = try await appliance.command("restore", archive, "--force")
        #expect(restored.output.contains("The signing key was not in it"), "\(restored.output)\(restored.errors)")
    }

    @Test("The live view shows what changes")
    func watch() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let service = try await appliance.serve()
        let view = try RunningProgram(
            Program.builtPrograms.appending(path: "soundspool"),
            ["status", "--watch", "--config", appliance.configuration.path],
            log: appliance.directory.url.appending(path: "view.log"))
        try await eventually("it shows the quiet") { view.printed.contains("Published:  0") }
        try await appliance.drop(try await Videos.short(), as: "talk.mkv")
        try await eventually("it shows the result") { view.printed.contains("Published:  1") }
        try await view.end(SIGKILL)
        // Each view once, however often it looked.
        let views = view.printed.components(separatedBy: "\nAccounts:")
        #expect(zip(views, views.dropFirst()).allSatisfy { $0 != $1 }, "\(view.printed)")
        try await service.stop()
    }
}
