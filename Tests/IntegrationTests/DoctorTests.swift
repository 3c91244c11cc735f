import Foundation
import TestSupport
import Testing

/// The doctor's probe on real directories, and what it says when something is broken on purpose.
@Suite("The doctor")
struct DoctorTests {
    struct Finding: Decodable, Hashable {
        let subject: String
        let verdict: String
        let finding: String
        let remedy: String?
    }

    /// Runs it, after `breaking` in a mount and user namespace of its own.
    private func ask(
        _ appliance: Appliance, breaking: String = ":", unshare: [String] = ["--mount"]
    ) async throws -> (status: Int32, [String: Finding]) {
        let doctor = Program.builtPrograms.appending(path: "soundspool").path
        let result = try await Program("/usr/bin/unshare").run(
            unshare + [
                "/bin/bash", "-ec",
                "\(breaking); exec '\(doctor)' doctor --json --config '\(appliance.configuration.path)'",
            ])
        let findings = try JSONDecoder().decode([Finding].self, from: Data(result.output.utf8))
        return (result.status, Dictionary(findings.map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    @Test("Where all is well every stage is seen, and nothing is left behind")
    func healthy() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let (status, findings) = try await ask(appliance, unshare: ["--map-root-user", "--user"])
        let stages = [
            "configuration", "ledger", "directories", "events", "fsync", "leases", "rename", "conversion", "results",
            "sandbox", "codecs", "mail", "disk of root", "disk of state", "descriptors",
        ]
        for stage in stages where stage != "leases" {
            #expect(findings[stage]?.verdict == "ok", "\(stage): \(String(describing: findings[stage]))")
        }
        // A container's clock may be nobody's business; and a lease needs more than a user namespace has.
        #expect(findings["clock"] != nil)
        #expect(status < 2)
        for (subject, finding) in findings where finding.verdict != "ok" {
            #expect(finding.remedy?.isEmpty == false, "\(subject)")
        }
        let left = try FileManager.default.subpathsOfDirectory(atPath: appliance.root.path)
        #expect(!left.contains { $0.contains("doctor") || $0.contains("probe") }, "\(left)")
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        let name: String
        let breaking: String
        let subject: String
        let remedy: String
        var unshare = ["--mount"]
        var testDescription: String { name }

        static let all = [
            Fault(
                name: "a read-only root", breaking: "mount --bind $ROOT $ROOT; mount -o remount,bind,ro $ROOT",
                subject: "directories", remedy: "for writing"),
            Fault(
                name: "a spool on another file system", breaking: "mount -t tmpfs none $ROOT/.spool", subject: "rename",
                remedy: "one file system"),
            Fault(
                name: "an inbox on another file system", breaking: "mount -t tmpfs none $ROOT/home/ada/inbox",
                subject: "accounts", remedy: "unmount"),
            Fault(
                name: "a root that is full", breaking: "mount -t tmpfs -o size=64k none $ROOT", subject: "fsync",
                remedy: "make room"),
            Fault(
                name: "exhausted watches", breaking: "echo 0 >/proc/sys/user/max_inotify_watches", subject: "events",
                remedy: "sysctl", unshare: ["--user", "--map-root-user"]),
            Fault(
                name: "few descriptors", breaking: "ulimit -n 256", subject: "descriptors", remedy: "LimitNOFILE"),
            Fault(
                name: "a umask that hides results", breaking: "umask 077", subject: "results", remedy: "UMask=0022"),
        ]
    }

    @Test(
        "What is broken is named, with a remedy", .enabled(if: getuid() == 0, "mounting needs root"),
        arguments: Fault.all)
    func broken(_ fault: Fault) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let (status, findings) = try await ask(
            appliance, breaking: fault.breaking.replacing("$ROOT", with: appliance.root.path), unshare: fault.unshare)
        let finding = try #require(findings[fault.subject], "\(findings)")
        #expect(finding.verdict != "ok", "\(finding)")
        #expect(finding.remedy?.contains(fault.remedy) == true, "\(finding)")
        let faults = findings.values.filter { $0.verdict != "ok" }
        #expect(status == (finding.verdict == "failure" ? 2 : 1), "\(faults)")
    }

    @Test("A mail server that does not answer is a failure, in words for a person")
    func mail() async throws {
        let appliance = try Appliance(configuration: "mail:\n  server: smtp://127.0.0.1:1")
        let result = try await appliance.command("doctor")
        #expect(result.status == 2)
        #expect(
            result.output.contains("failure: mail: smtp://127.0.0.1:1 does not answer: connect: Connection refused"))
        #expect(result.output.contains("soundspool mail test"))
    }

    @Test("A name without an address, and a password that is nowhere")
    func names() async throws {
        let appliance = try Appliance(
            configuration: "mail:\n  server: smtp://127.0.0.1:1\n  username: ada\n")
        let result = try await Program(built: "soundspool").run(
            ["doctor", "--config", appliance.configuration.path],
            environment: ["SOUNDSPOOL_HTTP_PUBLIC_URL": "https://nowhere.invalid"])
        #expect(result.output.contains("failure: name: nowhere.invalid has no address"), "\(result.output)")
        #expect(result.output.contains("warning: configuration: mail.username has no password"), "\(result.output)")
    }
}
