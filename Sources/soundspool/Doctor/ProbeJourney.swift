import ConversionContract
import FoundationEssentials
import Glibc
import LinuxSystem
import Pipeline
import Storage

/// A probe's way through the stages that a drop goes through, on the real directories and with the real converter, in a
/// folder of its own that is removed after it.
struct ProbeJourney {
    let settings: Settings
    /// Nil where none runs.
    private let service: ServiceProcess?
    private let home = Array("home/.doctor-\(UInt32.random(in: .min ... .max))".utf8)
    private let probe = Array("probe.wav".utf8)
    private let spooled = Array("doctor-\(UInt32.random(in: .min ... .max)).source".utf8)
    private let audio = Array("doctor-\(UInt32.random(in: .min ... .max)).mp3".utf8)

    init(settings: Settings, service: ServiceProcess?) {
        self.settings = settings
        self.service = service
    }

    /// Ends with the first stage that what follows cannot do without.
    func findings() async -> [Finding] {
        var findings: [Finding] = []
        do {
            let root = try BeneathDirectory(path: settings.root)
            defer { clean(root) }
            let home = try root.makingDirectories(home)
            findings.append(.fine("directories", "\(settings.root) can be written"))
            let inbox = try home.makingDirectories(Array("inbox".utf8))
            let outbox = try home.makingDirectories(Array("outbox".utf8))
            findings.append(events(in: inbox))
            findings.append(durability(in: inbox))
            findings.append(lease(in: inbox))
            findings.append(rename(from: inbox, root))
            guard findings.last?.verdict == .fine else { return findings }
            findings.append(await conversion(root))
            guard findings.last?.verdict == .fine else { return findings }
            findings.append(publication(root, to: outbox))
        } catch {
            findings.append(.failure("directories", "\(error)", Self.remedy(for: error, root: settings.root)))
        }
        return findings
    }

    private static func remedy(for error: SystemError, root: String) -> String {
        switch error.code {
        case EROFS: "mount the file system of \(root) for writing; the service's unit needs ReadWritePaths=\(root)"
        case ENOENT: "make it: systemd-tmpfiles --create, or start the service once"
        case EACCES, EPERM: "give \(root)/home and \(root)/.spool to the user soundspool: systemd-tmpfiles --create"
        case ENOSPC, EDQUOT: "make room on the file system of \(root)"
        case EXDEV: "have home and .spool on one file system"
        default: "see to the file system of \(root)"
        }
    }

    private func events(in inbox: borrowing BeneathDirectory) -> Finding {
        let watches = Machine.kernelSetting("fs/inotify/max_user_watches") ?? 0
        do throws(SystemError) {
            let inotify = try Inotify()
            _ = try inotify.watch(inbox)
            let file = try inbox.open(probe, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
            try file.writeAll(ProbeSound.bytes)
            guard try !inotify.read().isEmpty else {
                return .warning(
                    "events", "nothing was heard of a new file",
                    "have the root on a local file system; until then inboxes are looked into by the clock")
            }
            return .fine("events", "a new file was heard of at once (\(watches) watches are allowed)")
        } catch  where error.isOutOfWatches || error.code == EMFILE {
            return .failure(
                "events", "the kernel gives no more watches or instances (\(error))",
                "sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512, and put it into /etc/sysctl.d"
            )
        } catch {
            return .failure("events", "\(error)", Self.remedy(for: error, root: settings.root))
        }
    }

    private func durability(in inbox: borrowing BeneathDirectory) -> Finding {
        do throws(SystemError) {
            let file = try inbox.open(probe, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
            try file.writeAll(ProbeSound.bytes)
            try file.synchronize()
            try inbox.synchronize()
            return .fine("fsync", "a file and its directory were made durable")
        } catch {
            return .failure("fsync", "\(error)", Self.remedy(for: error, root: settings.root))
        }
    }

    private func lease(in inbox: borrowing BeneathDirectory) -> Finding {
        let remedy = "have the root on a local file system; until then only settling tells when a drop is whole"
        do throws(SystemError) {
            switch FileLease.request(on: try inbox.openForReading(probe)) {
            case .granted:
                // This probe belongs to whoever asks; people's drops do not belong to the service.
                guard service?.mayLease != false else {
                    return .warning(
                        "leases", "the service may not ask the kernel who writes to drops of other users",
                        "have AmbientCapabilities=CAP_LEASE in the service's unit, and no PrivateUsers=")
                }
                return .fine("leases", "the kernel tells whether a drop is still being written")
            case .beingWritten:
                return .warning("leases", "somebody has the probe open for writing", "see who does: fuser")
            case .unavailable(let error): return .warning("leases", "\(error)", remedy)
            }
        } catch {
            return .failure("leases", "\(error)", Self.remedy(for: error, root: settings.root))
        }
    }

    private func rename(from inbox: borrowing BeneathDirectory, _ root: borrowing BeneathDirectory) -> Finding {
        do throws(SystemError) {
            let spool = try root.makingDirectories(Array(".spool".utf8))
            let before = try inbox.status(probe).identity
            try inbox.rename(probe, to: spooled, in: spool, isOnlyOurs: true)
            guard try spool.status(spooled).identity == before, try !inbox.has(probe) else {
                return .failure("rename", "the probe became another file", "have the root on a local file system")
            }
            return .fine("rename", "inboxes and spool are on one file system, and a claim is one step")
        } catch {
            return .failure("rename", "\(error)", Self.remedy(for: error, root: settings.root))
        }
    }

    private func conversion(_ root: borrowing BeneathDirectory) async -> Finding {
        let remedy = "try `soundspool convert` on a video; the journal and the line about the sandbox say more"
        do {
            let spool = try root.directory(Array(".spool".utf8))
            let source = try spool.openForReading(spooled)
            let target = try spool.open(audio, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o644)
            let converters = try ConverterPool(settings.convert, capacity: 0)
            let ending = try await converters.convert(settings.convert.orders, source: source, audio: target, of: 0) {
                _ in
            }
            guard case .exited(.converted, let report?) = ending else {
                guard case .exited(_, let report?) = ending else { return .failure("conversion", "\(ending)", remedy) }
                return .failure("conversion", report.message ?? "it failed", remedy)
            }
            return .fine("conversion", "one second of sound became an MP3 (\(report.encoder ?? "MP3"))")
        } catch let failure as CommandFailure {
            return .failure("conversion", failure.message, "install the package again")
        } catch {
            return .failure("conversion", "\(error)", remedy)
        }
    }

    private func publication(_ root: borrowing BeneathDirectory, to outbox: borrowing BeneathDirectory) -> Finding {
        do throws(SystemError) {
            let name = Array("probe.mp3".utf8)
            try root.directory(Array(".spool".utf8)).link(audio, to: name, in: outbox)
            try outbox.synchronize()
            let status = try outbox.status(name)
            guard status.owner == Identity.user, status.mode & 0o444 == 0o444 else {
                return .failure(
                    "results", "an MP3 gets mode \(String(status.mode, radix: 8)), so that its owner cannot read it",
                    "have UMask=0022 in the service's unit")
            }
            let user = UnixUser(id: status.owner)?.name ?? "\(status.owner)"
            return .fine("results", "an MP3 belongs to \(user), mode \(String(status.mode, radix: 8))")
        } catch {
            return .failure("results", "\(error)", Self.remedy(for: error, root: settings.root))
        }
    }

    /// What cannot be removed is in the service's way no more than it is in ours.
    private func clean(_ root: borrowing BeneathDirectory) {
        try? root.removeTree(home)
        guard let spool = try? root.directory(Array(".spool".utf8)) else { return }
        try? spool.remove(spooled)
        try? spool.remove(audio)
    }
}
