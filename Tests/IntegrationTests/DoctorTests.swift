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

        /// The kernel's answer to a system call is another.
        private static func tracing(_ injection: String) -> [String] {
            ["/usr/bin/strace", "-qq", "-f", "-o", "/dev/null", "-e", "inject=\(injection)"]
        }

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
                name: "a small disk", breaking: "mount -t tmpfs -o size=64m none $ROOT", subject: "disk of root",
                remedy: "make room"),
            Fault(
                name: "a kernel without Landlock", breaking: ":", subject: "sandbox", remedy: "newer kernel",
                unshare: ["--mount"] + Self.tracing("landlock_create_ruleset:error=ENOSYS")),
            Fault(
                name: "a clock that nobody keeps", breaking: ":", subject: "clock", remedy: "set-ntp",
                unshare: ["--mount"] + Self.tracing("adjtimex:error=EPERM")),
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
        #expect(result.output.contains("failure: mail: smtp://127.0.0.1:1 takes no letters: "), "\(result.output)")
        #expect(result.output.contains("onnect"), "\(result.output)")
        #expect(result.output.contains("soundspool mail test"))
    }

    @Test("A server that refuses the password, and one that is none, are failures; one that takes it is not")
    func dialogue() async throws {
        func finding(_ port: Int, password: String) async throws -> Finding {
            let directory = try TemporaryDirectory()
            let file = directory.url.appending(path: "password")
            try Data(password.utf8).write(to: file)
            let appliance = try Appliance(
                configuration:
                    "mail: {server: 'smtp://127.0.0.1:\(port)', tls: none, username: ada, passwordFile: '\(file.path)'}"
            )
            return try #require(try await ask(appliance, unshare: ["--map-root-user", "--user"]).1["mail"])
        }
        let options: [String: Any] = [
            "host": "127.0.0.1", "user": "ada", "password": "right", "mechanisms": ["PLAIN"],
        ]
        let mail = try await MailServer.start("delivering_server.py", options)
        let right = try await finding(mail.port, password: "right")
        #expect(right.verdict == "ok" && right.finding.contains("takes user name and password"), "\(right)")
        let wrong = try await finding(mail.port, password: "unlike")
        #expect(wrong.verdict == "failure", "\(wrong)")
        #expect(wrong.finding.contains("Check the mail server's user name and password"), "\(wrong)")
        #expect(!wrong.finding.contains("unlike"))
        #expect(wrong.remedy?.contains("mail.username") == true)
        #expect(try mail.messages() == [], "the doctor sends no letter")
        try await mail.program.end()

        let log = try TemporaryDirectory()
        let stranger = try RunningProgram(
            URL(filePath: "/usr/bin/python3"),
            [
                "-uc",
                """
                import socket
                listener = socket.create_server(("127.0.0.1", 0))
                print("ready", listener.getsockname()[1])
                while True: listener.accept()[0].sendall(b"SSH-2.0-OpenSSH_9.2p1\\r\\n")
                """,
            ], log: log.url.appending(path: "log"))
        let port = try await eventually("it listens") {
            stranger.printed.firstMatch(of: /ready (\d+)/).flatMap { Int($0.1) }
        }
        let none = try await finding(port, password: "right")
        #expect(none.verdict == "failure" && none.finding.contains("takes no letters"), "\(none)")
        try await stranger.end(SIGKILL)
    }

    @Test("It is the service's limits that count, not the shell's", .enabled(if: getuid() == 0, "limits need root"))
    func service() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let (_, before) = try await ask(appliance)
        #expect(before["service"]?.verdict == "warning")
        let program = Program.builtPrograms.appending(path: "soundspool").path
        let run = "exec setpriv --bounding-set=-lease '\(program)' serve --config '\(appliance.configuration.path)'"
        let poor = try RunningProgram(
            URL(filePath: "/bin/bash"), ["-c", "ulimit -n 256; umask 077; \(run)"],
            log: appliance.directory.url.appending(path: "poor.log"))
        try await eventually("it serves") { poor.printed.contains("listening") }
        let (status, findings) = try await ask(appliance)
        #expect(status == 2)
        #expect(findings["service"]?.finding == "it runs as process \(poor.pid)")
        #expect(findings["descriptors"]?.finding == "the service may have 256 open")
        #expect(findings["descriptors"]?.verdict == "warning")
        #expect(findings["leases"]?.remedy?.contains("AmbientCapabilities=CAP_LEASE") == true, "\(findings)")
        #expect(findings["results"]?.remedy?.contains("UMask=0022") == true, "\(findings)")
        try await poor.end()

        let rich = try await appliance.serve()
        let (_, better) = try await ask(appliance, breaking: "ulimit -n 256; umask 077")
        for subject in ["service", "descriptors", "leases", "results"] {
            #expect(better[subject]?.verdict == "ok", "\(String(describing: better[subject]))")
        }
        try await rich.stop()
    }

    @Test("Codecs that libav lacks are named")
    func codecs() async throws {
        let appliance = try Appliance()
        let programs = appliance.directory.url.appending(path: "programs")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        let doctor = programs.appending(path: "soundspool")
        try FileManager.default.copyItem(at: Program.builtPrograms.appending(path: "soundspool"), to: doctor)
        let converter = programs.appending(path: "soundspool-convert")
        try Data("#!/bin/sh\n[ \"$1\" != --missing-formats ] || echo vorbis\n".utf8).write(to: converter)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: converter.path)
        for file in [doctor, converter] { try waitUntilClosed(file.path) }
        let result = try await Program(doctor.path).run(["doctor", "--config", appliance.configuration.path])
        #expect(result.output.contains("warning: codecs: libav lacks vorbis"), "\(result.output)\(result.errors)")
        #expect(result.output.contains("install a libavcodec that has them"))
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
