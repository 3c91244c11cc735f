import Foundation
import TestSupport
import Testing

/// A real sshd and a real smbd that run from the samples in `etc`, for the accounts ada and bob of an appliance. Only
/// root can give them users of their own; the machine's are left alone (see `Clients/servers.sh`).
struct DropServers {
    private let program: RunningProgram
    private let directory: TemporaryDirectory
    /// What the servers were before anybody came.
    private let idle: Set<Int32>
    /// For the shell lines of `DropClient`.
    let environment: [String: String]

    static func start(for appliance: Appliance) async throws -> DropServers {
        let clients = Program.sourceTree.appending(path: "Tests/IntegrationTests/Clients").path
        let directory = try TemporaryDirectory()
        let (ssh, smb) = (try freePort(), try freePort())
        let program = try RunningProgram(
            URL(filePath: "/usr/bin/unshare"),
            [
                "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc",
                clients + "/servers.sh", appliance.root.path, Program.sourceTree.appending(path: "etc").path,
                directory.path, String(ssh), String(smb), "/bin/sh", "-c",
                "exec '\(Program.builtPrograms.path)/soundspool' account connect $ACCOUNT --unix-user $ACCOUNT --config '\(appliance.configuration.path)'",
            ],
            log: appliance.directory.url.appending(path: "servers.log"))
        try await eventually("sshd and smbd answer") {
            guard program.isRunning else { throw NeverHappened(description: "they ended: \(program.printed)") }
            return FileManager.default.fileExists(atPath: directory.path + "/ready")
        }
        try Data(
            """
            Host ada
                User ada
            Host bob
                User bob
            Host *
                HostName 127.0.0.1
                Port \(ssh)
                IdentityFile \(directory.path)/key
                StrictHostKeyChecking no
                UserKnownHostsFile /dev/null
                LogLevel ERROR

            """.utf8
        ).write(to: directory.url.appending(path: "ssh_config"))
        return DropServers(
            program: program, directory: directory, idle: Set(descendants(of: program.pid)),
            environment: [
                "CLIENTS": clients, "CONF": directory.path + "/ssh_config", "KEY": directory.path + "/key",
                "SSH_PORT": String(ssh), "SMB_PORT": String(smb),
                "HOMES": appliance.root.appending(path: "home").path,
                "PYTHONPATH": Program.sourceTree.appending(path: ".build/inputs/python").path,
            ])
    }

    /// Ends whatever serves a client now, as a crash or the kernel's memory killer does; the servers themselves stay.
    func killSessions() {
        for pid in Self.descendants(of: program.pid) where !idle.contains(pid) { kill(pid, SIGKILL) }
    }

    /// `unshare` ignores SIGTERM; the kernel ends everything in its pid namespace with it.
    func stop() async throws { try await program.end(SIGKILL) }

    private static func descendants(of ancestor: Int32) -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        for pid in numbers {
            guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 1,
                let parent = Int32(fields[1])
            else { continue }
            children[parent, default: []].append(pid)
        }
        var (found, pending): ([Int32], [Int32]) = ([], [ancestor])
        while let pid = pending.popLast() {
            found += children[pid] ?? []
            pending += children[pid] ?? []
        }
        return found
    }
}
