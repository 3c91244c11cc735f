import Foundation
import TestSupport
import Testing

/// A postfix of a test's own, from a configuration in a temporary directory: STARTTLS and AUTH are required, and it
/// delivers into a Maildir. It needs root, as postfix does.
struct Postfix {
    static let user = "spool@example.org"
    static let password = "correct-horse"

    /// Under continuous integration it must be: there its tests fail where it is not, and are left out nowhere.
    static var isWanted: Bool { isPossible || ProcessInfo.processInfo.environment["CI"] == "true" }

    private static var isPossible: Bool {
        getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/postfix")
    }

    let directory: TemporaryDirectory
    let program: RunningProgram
    let port: Int

    var certificate: URL { directory.url.appending(path: "certificate.pem") }
    private var log: URL { directory.url.appending(path: "log/postfix.log") }

    /// - Parameter more: Settings that go before those here (`postconf(5)`).
    static func start(more: String = "") async throws -> Postfix {
        let directory = try TemporaryDirectory()
        let port = try freePort()
        try await prepare(directory.url, port: port, more: more)
        let program = try RunningProgram(
            URL(filePath: "/usr/sbin/postfix"), ["-c", directory.url.appending(path: "etc").path, "start-fg"],
            log: directory.url.appending(path: "start.log"))
        let postfix = Postfix(directory: directory, program: program, port: port)
        try await eventually("postfix listens") {
            guard program.isRunning else {
                throw NeverHappened(description: "it ended: \(program.printed)\(postfix.said)")
            }
            return try await Program("/usr/bin/curl").run(["-sS", "--max-time", "5", "telnet://127.0.0.1:\(port)"])
                .output
                .hasPrefix("220")
        }
        return postfix
    }

    /// What postfix wrote into its log.
    var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The messages that it delivered to ada.
    func messages() throws -> [String] {
        let box = directory.url.appending(path: "mail/ada/new")
        guard FileManager.default.fileExists(atPath: box.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: box.path).map {
            try String(contentsOf: box.appending(path: $0), encoding: .utf8)
        }
    }

    func stop() async throws { try await program.end(SIGTERM) }

    // MARK: Preparing

    private static func prepare(_ top: URL, port: Int, more: String) async throws {
        for name in ["etc/sasl", "queue", "data", "mail", "sasl", "log"] {
            try FileManager.default.createDirectory(at: top.appending(path: name), withIntermediateDirectories: true)
        }
        try Data((main(top.path) + more + "\n").utf8).write(to: top.appending(path: "etc/main.cf"))
        try Data(master(port).utf8).write(to: top.appending(path: "etc/master.cf"))
        // Debian's postfix looks for it here, whatever cyrus_sasl_config_path says.
        let sasl = """
            pwcheck_method: auxprop
            auxprop_plugin: sasldb
            sasldb_path: \(top.path)/sasl/users
            mech_list: PLAIN LOGIN

            """
        try Data(sasl.utf8).write(to: top.appending(path: "etc/sasl/smtpd.conf"))
        try await run(
            "/usr/sbin/saslpasswd2", ["-p", "-c", "-f", top.path + "/sasl/users", "-u", "example.org", "spool"],
            input: password + "\n")
        _ = try await Certificate.make(in: top)
        try await run("/bin/chown", ["-R", "postfix", top.path + "/data", top.path + "/mail", top.path + "/sasl"])
        try await run("/bin/chmod", ["755", top.path])
    }

    private static func run(_ program: String, _ arguments: [String], input: String? = nil) async throws {
        let result = try await Program(program).run(arguments, input: input)
        guard result.status == 0 else { throw NeverHappened(description: "\(program): \(result.errors)") }
    }

    private static func main(_ top: String) -> String {
        """
        compatibility_level = 3.6
        queue_directory = \(top)/queue
        data_directory = \(top)/data
        maillog_file = \(top)/log/postfix.log
        maillog_file_prefixes = \(top)
        multi_instance_enable = yes
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mail.example.org
        mydestination =
        alias_maps =
        virtual_mailbox_domains = example.org
        virtual_mailbox_base = \(top)/mail
        virtual_mailbox_maps = inline:{ ada@example.org=ada/ }
        virtual_minimum_uid = 1
        virtual_uid_maps = static:\(identifier("-u"))
        virtual_gid_maps = static:\(identifier("-g"))
        smtpd_tls_cert_file = \(top)/certificate.pem
        smtpd_tls_key_file = \(top)/key.pem
        smtpd_tls_security_level = encrypt
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = cyrus
        smtpd_sasl_path = smtpd
        smtpd_relay_restrictions = permit_sasl_authenticated, reject
        smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject

        """
    }

    /// postfix's own user or group, by number.
    private static func identifier(_ flag: String) -> String {
        guard let entry = getpwnam("postfix") else { return "0" }
        return "\(flag == "-u" ? entry.pointee.pw_uid : entry.pointee.pw_gid)"
    }

    private static func master(_ port: Int) -> String {
        """
        127.0.0.1:\(port) inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        error unix - - n - - error
        retry unix - - n - - error
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        postlog unix-dgram n - n - 1 postlogd

        """
    }
}
