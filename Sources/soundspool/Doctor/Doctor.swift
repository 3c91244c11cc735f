import Domain
import FoundationEssentials
import Glibc
import LinuxSystem
import Mail
import Pipeline
import Storage

/// Looks whether everything works that the service needs, and says what would help where it does not.
struct Doctor {
    let settings: Settings

    func findings() async -> [Finding] {
        var findings = settings.missingSecrets.map {
            Finding.warning("configuration", $0, "or run this where the service's credentials are")
        }
        if findings.isEmpty { findings.append(.fine("configuration", "it can be used")) }
        do {
            try Identity.assumeOwner(of: settings.state)
        } catch {
            return findings + [
                .failure(
                    "state", "\(error)", "make \(settings.state): systemd-tmpfiles --create, or start the service once")
            ]
        }
        let service = ServiceProcess(lock: settings.lock)
        // What the service makes is what its owner gets, whatever this shell's mask is.
        if let mask = service?.fileModeMask { umask(mask) }
        findings += [running(service), await ledger()]
        findings += await ProbeJourney(settings: settings, service: service).findings()
        findings += [sandbox(), await codecs()]
        findings += await network()
        findings += [disk("disk of root", settings.root), disk("disk of state", settings.state)]
        return findings + [descriptors(service), clock()]
    }

    private func ledger() async -> Finding {
        do {
            let ledger = try Ledger(state: settings.state, letters: settings.mail.policy)
            let tree = AccountTree(root: settings.root)
            let accounts = try await ledger.accounts.all()
            for account in accounts {
                do throws(SystemError) {
                    for place in AccountTree.Place.allCases { _ = try tree.open(place, of: account.name) }
                } catch  where error.code == EXDEV {
                    return .failure(
                        "accounts", "directories of \(account.name) are on another file system than the spool",
                        "unmount what is mounted below \(settings.root)/home/\(account.name)")
                } catch {
                    return .failure(
                        "accounts", "\(account.name): \(error)",
                        "give its directories back to the service, or remove the account")
                }
            }
            return .fine("ledger", "it can be read; there are \(accounts.count) accounts")
        } catch {
            return .failure(
                "ledger", "\(error)", "see that \(settings.state) can be written by its owner; else restore a backup")
        }
    }

    private func sandbox() -> Finding {
        let missing = Sandbox.Mechanism.missing.sorted { $0.key.rawValue < $1.key.rawValue }
        let words = missing.map { "\($0.key.rawValue) (\($0.value))" }.joined(separator: ", ")
        let level = settings.convert.sandbox
        if missing.isEmpty { return .fine("sandbox", "the kernel has all of it; the level is \(level.rawValue)") }
        guard missing.allSatisfy({ level.tolerates($0.key) }) else {
            return .failure(
                "sandbox", "the kernel lacks \(words)", "take a newer kernel, or name a weaker level in convert.sandbox"
            )
        }
        return .warning("sandbox", "the kernel lacks \(words), and convert.sandbox allows it", "take a newer kernel")
    }

    private func codecs() async -> Finding {
        do {
            let missing = try await ConverterLocation.missingFormats()
            guard missing.isEmpty else {
                return .warning(
                    "codecs", "libav lacks \(missing.joined(separator: ", "))", "install a libavcodec that has them")
            }
            return .fine("codecs", "libav has every container and codec that is let in")
        } catch {
            return .failure("codecs", "the converter does not start: \(error)", "install the package again")
        }
    }

    private func network() async -> [Finding] {
        let settings = settings
        var findings: [Finding] = []
        switch settings.mail.destination {
        case .directory(let path):
            let isThere = access(path, W_OK) == 0 || (errno == ENOENT && access(settings.state, W_OK) == 0)
            findings.append(
                isThere
                    ? .fine("mail", "there is no mail server: letters become files in \(path)")
                    : .failure(
                        "mail", "letters cannot be written to \(path)",
                        "make it for the service's user, or give mail.server"))
        case .server(let server):
            findings.append(await mail(server))
        }
        if let url = settings.http.publicURL, let host = URL(string: url)?.host {
            let objection = try? await onBlockingThread { Network.objection(toName: host) }
            findings.append(
                objection.map { .failure("name", "\(host) has no address: \($0)", "see http.publicURL, and DNS") }
                    ?? .fine("name", "\(host) has an address"))
        }
        return findings
    }

    private func mail(_ server: SMTPServer) async -> Finding {
        let timeouts = TransferTimeouts(connect: .seconds(10), stall: .seconds(10))
        do throws(DeliveryError) {
            try await SMTPSubmission(timeouts: timeouts).greet(server)
            let more = server.username == nil ? "" : ", and takes user name and password"
            return .fine("mail", "\(server) answers\(more)")
        } catch {
            return .failure(
                "mail", "\(server) takes no letters: \(error.message)",
                "see mail.server, mail.tls and mail.username; `soundspool mail test` shows the dialogue")
        }
    }

    private func disk(_ subject: String, _ path: String) -> Finding {
        do throws(SystemError) {
            let (fraction, bytes) = try Machine.freeSpace(at: path)
            let words = "\(Int(fraction * 100)) % are free, \(bytes >> 20) MiB"
            if bytes < 256 << 20 { return .failure(subject, words, "make room at \(path)") }
            return fraction < 0.05 ? .warning(subject, words, "make room at \(path)") : .fine(subject, words)
        } catch {
            return .failure(subject, "\(error)", "make \(path)")
        }
    }

    private func running(_ service: ServiceProcess?) -> Finding {
        guard let service else {
            return .warning(
                "service", "it is not running; limits and masks are those of this shell",
                "systemctl start soundspool; journalctl --unit=soundspool says why it stopped")
        }
        return .fine("service", "it runs as process \(service.id)")
    }

    private func descriptors(_ service: ServiceProcess?) -> Finding {
        let most = service?.mostDescriptors ?? Machine.mostDescriptors
        let words = "\(service == nil ? "a process" : "the service") may have \(most) open"
        return most < 1024
            ? .warning("descriptors", words, "set LimitNOFILE=65536 in the unit, or ulimit -n")
            : .fine("descriptors", words)
    }

    private func clock() -> Finding {
        Machine.isClockSynchronized
            ? .fine("clock", "it is kept right")
            : .warning(
                "clock", "nothing keeps it right, and times in letters and tokens may be wrong",
                "timedatectl set-ntp true")
    }
}
