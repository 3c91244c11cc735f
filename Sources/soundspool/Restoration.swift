import Foundation
import Glibc
import LinuxSystem

/// Puts the unpacked files of a backup in their places, each whole or not at all.
struct Restoration {
    private static let ledger = "ledger.sqlite"
    private static let key = "signing.key"

    /// The directory that holds them.
    let archive: URL
    /// Where the configuration file belongs.
    let configuration: String
    let settings: Settings

    /// Whether the signing key is among them.
    var hasKey: Bool { FileManager.default.fileExists(atPath: archive.path + "/" + Self.key) }

    /// - Parameter force: whether a ledger that is there may go.
    func run(force: Bool) throws {
        do {
            let owner = try Identity.owner(of: settings.state)
            guard let lock = try ExclusiveLock(path: settings.lock) else {
                throw CommandFailure(
                    "the service is running; stop it: systemctl stop soundspool.socket soundspool",
                    status: EX_TEMPFAIL)
            }
            try Self.give(settings.lock, to: owner)
            let ledger = settings.state + "/" + Self.ledger
            guard force || access(ledger, F_OK) != 0 else {
                throw CommandFailure(
                    "there is a ledger in \(settings.state); --force replaces it", status: EX_CANTCREAT)
            }
            // SQLite would add to the restored ledger what these hold of another one.
            for ending in ["-wal", "-shm"] { unlink(ledger + ending) }
            for name in [Self.ledger, Self.key] {
                try put(name, at: settings.state + "/" + name, owner: owner, keepsOld: false)
            }
            try put("soundspool.yaml", at: configuration, owner: nil, keepsOld: true)
            let folder = URL(filePath: configuration).deletingLastPathComponent().path
            for name in names(below: "letters") {
                try put("letters/" + name, at: "\(folder)/letters/\(name)", owner: nil, keepsOld: true)
            }
            for name in names(below: "named") { try put("named/" + name, at: "/" + name, owner: nil, keepsOld: true) }
            withExtendedLifetime(lock) {}
        } catch let error as SystemError where error.isMissing {
            throw CommandFailure.misconfigured(
                "there is no state directory \(settings.state); install soundspool first, or systemd-tmpfiles --create")
        }
    }

    /// Paths of the files below a directory of the archive.
    private func names(below directory: String) -> [String] {
        let top = archive.appending(path: directory)
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: top.path)) ?? []
        return all.sorted().filter { name in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: top.path + "/" + name, isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
    }

    /// - Parameters:
    ///   - owner: nil for whoever runs this.
    ///   - keepsOld: whether what was there is kept under another name, where it is not the same.
    private func put(_ name: String, at path: String, owner: UInt32?, keepsOld: Bool) throws {
        let (files, source) = (FileManager.default, archive.path + "/" + name)
        guard files.fileExists(atPath: source) else { return }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let temporary = path + ".restoring"
        unlink(temporary)
        try files.copyItem(atPath: source, toPath: temporary)
        if let owner { try Self.give(temporary, to: owner) }
        try Descriptor.open(temporary, flags: O_RDONLY).synchronize()
        if keepsOld, files.fileExists(atPath: path), !files.contentsEqual(atPath: path, andPath: temporary) {
            try Self.rename(path, to: path + ".before-restore")
        }
        try Self.rename(temporary, to: path)
        try BeneathDirectory(path: folder).synchronize()
    }

    private static func rename(_ path: String, to target: String) throws(SystemError) {
        guard Glibc.rename(path, target) == 0 else { throw SystemError(call: "rename", subject: path, code: errno) }
    }

    /// Only root can, and need.
    private static func give(_ path: String, to owner: UInt32) throws(SystemError) {
        guard Identity.isRoot else { return }
        let group = UnixUser(id: owner)?.group ?? owner
        guard chown(path, owner, group) == 0 else { throw SystemError(call: "chown", subject: path, code: errno) }
    }
}
