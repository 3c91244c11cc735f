import Foundation
import TestSupport
import Testing

/// Two accounts with users of their own, given to them by `account connect`, over a real sshd and a real smbd.
@Suite("People", .serialized, .enabled(if: getuid() == 0, "servers with users of their own need root"))
struct IsolationTests {
    /// What a client prints, and whether it says that it succeeded.
    private struct World {
        let appliance: Appliance
        let servers: DropServers

        func sh(_ line: String, input: String? = nil) async throws -> Program.Result {
            try await Program("/bin/bash").run(["-c", line], input: input, environment: servers.environment)
        }
        func sftp(_ user: String, _ commands: String...) async throws -> Program.Result {
            try await sh("sftp -F $CONF -b - \(user)", input: commands.joined(separator: "\n") + "\n")
        }
        func smb(_ user: String, _ commands: String) async throws -> Program.Result {
            try await sh("smbclient -t 120 //127.0.0.1/soundspool -p $SMB_PORT -U \(user)%secret -c '\(commands)'")
        }
    }

    private func withWorld(_ body: (World) async throws -> Void) async throws {
        let appliance = try Appliance()
        for account in ["ada", "bob"] { try await appliance.addAccount(account) }
        let servers = try await DropServers.start(for: appliance)
        do {
            try await body(World(appliance: appliance, servers: servers))
        } catch {
            try await servers.stop()
            throw error
        }
        try await servers.stop()
    }

    @Test("Each drops, reads and removes in their own folders, whatever the client's umask")
    func own() async throws {
        try await withWorld { world in
            let service = try await world.appliance.serve()
            let video = try await Videos.short()
            let put = try await world.sftp("ada", "put \(video.path) talk.mkv")
            #expect(put.status == 0, "\(put.errors)")
            let copied = try await world.sh(
                "ssh -F $CONF bob 'umask 077; mkdir -p $HOME_OF/inbox/@voice && cat >$HOME_OF/inbox/@voice/b.mkv' <\(video.path)"
                    .replacing("$HOME_OF", with: "/srv/soundspool/home/bob"))
            #expect(copied.status == 0, "\(copied.errors)")
            for (account, mp3) in [("ada", "talk.mp3"), ("bob", "b.mp3")] {
                try await eventually("\(account) has \(mp3)") { world.appliance.names("outbox", of: account) == [mp3] }
            }
            let got = try await world.sftp("ada", "get ../outbox/talk.mp3 /dev/null", "rm ../outbox/talk.mp3")
            #expect(got.status == 0, "\(got.errors)")
            let removed = try await world.smb("bob", "get outbox/b.mp3 /dev/null; del outbox/b.mp3; ls outbox/*")
            #expect(removed.status == 0, "\(removed.output)")
            #expect(world.appliance.names("outbox", of: "ada") == [])
            #expect(world.appliance.names("outbox", of: "bob") == [])
            try await service.stop()
        }
    }

    @Test("Folders in the outbox can be emptied too, and removed")
    func folders() async throws {
        try await withWorld { world in
            let service = try await world.appliance.serve()
            let video = try await Videos.short()
            #expect(try await world.sftp("ada", "mkdir course", "put \(video.path) course/1.mkv").status == 0)
            try await eventually("it is published") {
                world.appliance.names("outbox") == ["course", "course/1.mp3"]
            }
            let removed = try await world.sftp("ada", "cd ../outbox", "rm course/1.mp3", "rmdir course")
            #expect(removed.status == 0, "\(removed.errors)")
            #expect(world.appliance.names("outbox") == [])
            try await service.stop()
        }
    }

    @Test("Neither sees the other's files or names, or puts anything where it does not belong")
    func others() async throws {
        try await withWorld { world in
            let secret = world.appliance.folder("inbox", of: "bob").appending(path: "secret.mkv")
            try Data("secret".utf8).write(to: secret)
            try Data("secret".utf8).write(
                to: world.appliance.folder("outbox", of: "ada").appending(path: "secret.mp3"))
            for command in [
                "ls /home", "ls /home/bob", "ls /home/bob/inbox", "get /home/bob/inbox/secret.mkv /dev/null",
                "put /etc/hostname /home/bob/inbox/x.mkv", "rm /home/bob/inbox/secret.mkv", "ls /.spool",
                "mkdir /home/ada/more", "symlink /etc/passwd link.mkv", "rename /home/ada/outbox /home/ada/mine",
            ] {
                #expect(try await world.sftp("ada", command).status != 0, "sftp: \(command)")
            }
            for command in [
                "ls /srv/soundspool/home", "ls /srv/soundspool/home/ada", "stat /srv/soundspool/home/ada/outbox",
                "cat /srv/soundspool/home/ada/outbox/secret.mp3", "touch /srv/soundspool/home/ada/inbox/x",
                "mv /srv/soundspool/home/bob/inbox /srv/soundspool/home/bob/mine",
            ] {
                #expect(try await world.sh("ssh -F $CONF bob '\(command)'").status != 0, "ssh: \(command)")
            }
            #expect(try await !world.sh("ssh -F $CONF ada id").output.contains("uid="))
            let seen = try await world.smb("ada", "cd ../bob; ls; cd ../../home; ls; get ../bob/inbox/secret.mkv -")
            // Its complaints repeat what it was asked for.
            let listed = seen.output.split(separator: "\n").filter { !$0.contains("NT_STATUS") }
            #expect(listed.contains { $0.contains("outbox") })
            #expect(!listed.contains { $0.contains("secret") || $0.contains("bob") }, "\(seen.output)")
            #expect(try String(contentsOf: secret, encoding: .utf8) == "secret")
        }
    }

    @Test("Users of the system are not taken, and only root may give")
    func refused() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let daemon = try await appliance.command("account", "connect", "ada", "--unix-user", "daemon")
        #expect(daemon.status == EX_USAGE)
        #expect(daemon.errors.contains("is a user of the system"))
        let nobody = try await appliance.command("account", "connect", "grace", "--unix-user", "grace")
        #expect(nobody.status == EX_NOUSER)
        #expect(UserDatabase.has("grace") == false)
    }
}

private enum UserDatabase {
    static func has(_ name: String) -> Bool { getpwnam(name) != nil }
}
