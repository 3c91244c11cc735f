import ArgumentParser
import Foundation
import Glibc
import Subprocess

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put back what `soundspool backup` saved, while the service is stopped.",
        discussion: """
            As root. What was in the place of a configuration file or a certificate is kept beside it, with the ending \
            .before-restore. People's files are not in the archive: copy the root directory too. Then connect each account \
            again whose owner has a user of the machine: `soundspool account connect NAME --unix-user USER` makes the user \
            where it is missing, and gives the directories to it.
            """)

    @Argument(help: "The archive.")
    var file: String
    @Flag(help: "Replace the ledger that is there.")
    var force = false
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let files = FileManager.default
        let place = files.temporaryDirectory.appending(path: "soundspool-restore-\(UUID().uuidString)")
        try files.createDirectory(
            at: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(at: place) }
        let (status, _) = try await OtherProgram.run(
            "/bin/tar", ["--extract", "--no-same-owner", "--file", file, "--directory", place.path])
        guard status.isSuccess, files.fileExists(atPath: place.path + "/ledger.sqlite") else {
            throw CommandFailure("\(file) is no archive of `soundspool backup`", status: EX_DATAERR)
        }
        let saved = place.path + "/soundspool.yaml"
        let settings = try await SettingsReader.read(
            file: files.fileExists(atPath: saved) ? saved : options.config, flags: [:])
        let restoration = Restoration(
            archive: place, configuration: options.config ?? ConfigurationFile.standardPath, settings: settings)
        try restoration.run(force: force)
        print("What was in \(file) is in its place.")
        if !restoration.hasKey {
            print("The signing key was not in it. It was a credential: copy that, or people have to sign in again.")
        }
        print("People's files belong in \(settings.root); `soundspool account connect` gives them to their users.")
    }
}
