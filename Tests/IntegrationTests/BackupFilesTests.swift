import Foundation
import TestSupport
import Testing

@Suite("What a backup has beside the ledger")
struct BackupFilesTests {
    @Test("Templates and certificates are in it; passwords and keys are not, and are listed")
    func files() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let folder = appliance.configuration.deletingLastPathComponent()
        let letters = folder.appending(path: "letters")
        try FileManager.default.createDirectory(at: letters, withIntermediateDirectories: true)
        try Data("Subject: Done\n\nReady.\n".utf8).write(to: letters.appending(path: "completed.txt"))
        let (authority, password) = (folder.appending(path: "ca.pem"), folder.appending(path: "password"))
        try Data("a certificate".utf8).write(to: authority)
        try Data("hush".utf8).write(to: password)
        let configuration = folder.appending(path: "with-files.yaml")
        var text = try String(contentsOf: appliance.configuration, encoding: .utf8)
        text += "\nwebhook: {caFile: \(authority.path), secretFile: \(password.path)}\n"
        try Data(text.utf8).write(to: configuration)

        let archive = folder.appending(path: "backup.tar")
        let made = try await Program(built: "soundspool").run(
            ["backup", archive.path, "--config", configuration.path])
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("secrets that the configuration names: \(password.path)"))
        let place = folder.appending(path: "restored")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let unpacked = try await Program("/bin/tar").run([
            "--extract", "--file", archive.path, "--directory", place.path,
        ])
        #expect(unpacked.status == 0, "\(unpacked.errors)")
        func read(_ name: String) -> String? { try? String(contentsOf: place.appending(path: name), encoding: .utf8) }
        #expect(read("letters/completed.txt") == "Subject: Done\n\nReady.\n")
        #expect(read("named" + authority.path) == "a certificate")
        #expect(read("soundspool.yaml") == text)
        #expect(read("named" + password.path) == nil)
        let bytes = try Data(contentsOf: archive)
        #expect(bytes.range(of: Data("hush".utf8)) == nil)
    }

    @Test("soundspool status says how far a conversion is, and what is left of it")
    func progress() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let service = try await appliance.serve()
        try await appliance.drop(try await Videos.endless(), as: "film.mp4")
        try await eventually("percent and time left are shown") {
            let (text, json) = (try await appliance.command("status"), try await appliance.command("status", "--json"))
            return text.output.contains(/ada\/film\.mp4: \d+ %, about \d+ (s|min) left/)
                && json.output.contains("\"secondsLeft\"")
        }
        try await service.stop()
    }
}
