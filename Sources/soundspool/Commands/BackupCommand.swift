import ArgumentParser
import Domain
import Foundation
import Glibc
import LinuxSystem
import Storage
import Subprocess
import SystemPackage

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Save the ledger, the signing key, the configuration and templates in one tar archive.",
        discussion: """
            The service may go on meanwhile. Certificates that the configuration names are in it, below named/; passwords \
            and private keys that it names are not, and are listed at the end. People's files are not in it: save the \
            root directory too, after this. The archive holds the signing key, unless that is a credential; only its \
            owner may read it. `soundspool restore` puts it back.
            """)

    @Argument(help: "The archive; it must not exist yet.")
    var file: String
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let settings = try await options.settings()
        // Root's directory may be closed to the service's user, so this comes before root is given up.
        let archive: Descriptor
        do {
            archive = try Descriptor.open(file, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        } catch {
            throw CommandFailure("\(error)", status: EX_CANTCREAT)
        }
        let hasKey: Bool
        do {
            hasKey = try await write(settings, to: archive)
        } catch {
            // Empty, where its directory lets nobody else remove it.
            ftruncate(archive.raw, 0)
            unlink(file)
            throw error
        }
        print("\(file) has the ledger,\(hasKey ? " the signing key," : "") the configuration and what it names.")
        print("Not in it are people's files, in \(settings.root)\(Self.list(settings.files.secret)).")
        if !hasKey {
            print("Nor is the signing key: there is none in \(settings.state). It may be a credential of systemd's.")
        }
    }

    /// Returns whether there was a signing key to save.
    private func write(_ settings: Settings, to archive: borrowing Descriptor) async throws -> Bool {
        let administration = try Administration(settings: settings)
        let place = URL(filePath: settings.state).appending(path: ".backup-\(UUID().uuidString)")
        let files = FileManager.default
        try files.createDirectory(
            at: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(at: place) }
        try await administration.ledger.copy(to: place.appending(path: "ledger.sqlite").path)
        let key = settings.state + "/signing.key"
        // Before the first start there is none, and where it is a credential neither.
        let hasKey = files.fileExists(atPath: key)
        if hasKey { try files.copyItem(atPath: key, toPath: place.path + "/signing.key") }
        let configuration = options.config ?? ConfigurationFile.standardPath
        if files.fileExists(atPath: configuration) {
            try files.copyItem(atPath: configuration, toPath: place.path + "/soundspool.yaml")
        }
        try Self.copy(settings.files, to: place)
        try await Self.tar(place, to: archive.raw)
        try archive.synchronize()
        return hasKey
    }

    private static func list(_ secrets: [String]) -> String {
        secrets.isEmpty ? "" : ", and secrets that the configuration names: " + secrets.joined(separator: ", ")
    }

    /// Templates into `letters`, others into `named`, below which they have their whole paths.
    private static func copy(_ named: NamedFiles, to place: URL) throws {
        let files = FileManager.default
        if files.fileExists(atPath: named.templates) {
            try files.copyItem(atPath: named.templates, toPath: place.path + "/letters")
        }
        for path in Set(named.open) {
            let copy = place.appending(path: "named" + path)
            try files.createDirectory(at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
            // The file itself, where the path is a link to it.
            try Data(contentsOf: URL(filePath: path)).write(to: copy)
        }
    }

    private static func tar(_ directory: URL, to archive: Int32) async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        let result = try await Subprocess.run(
            .path("/bin/tar"),
            arguments: Arguments(["--create", "--directory", directory.path, "--owner=0", "--group=0"] + names),
            output: .fileDescriptor(FileDescriptor(rawValue: archive), closeAfterSpawningProcess: false),
            error: .currentStandardError)
        guard result.terminationStatus.isSuccess else {
            throw CommandFailure("tar failed; what it said is above", status: EX_IOERR)
        }
    }
}
