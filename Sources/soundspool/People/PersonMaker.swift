import Glibc
import LinuxSystem
import Storage
import Subprocess

/// Makes the users of this machine that people use SFTP and Samba as.
enum PersonMaker {
    private static let group = InboxAddress.group
    /// The first number that Debian gives to people.
    private static let firstPerson: UInt32 = 1000

    /// The user of this name, made where there is none: without a shell, without a password, with `home`.
    ///
    /// A user who has a shell is taken as it is, and not put into the group: it could not sign in any more.
    static func createOrAdopt(_ name: String, home: String) async throws -> UnixUser {
        if let user = try adoptable(name) {
            if !user.hasShell, !user.isMember(of: group) {
                try await makeGroup()
                try await run("/usr/sbin/usermod", "--append", "--groups", group, "--", name)
            }
            return user
        }
        try await makeGroup()
        // '*' is no password, but does not lock the user out of signing in with a key, as '!' does.
        try await run(
            "/usr/sbin/useradd", "--no-create-home", "--home-dir", home, "--shell", "/usr/sbin/nologin", "--user-group",
            "--groups", group, "--password", "*", "--comment", "soundspool", "--", name)
        guard let user = UnixUser(named: name) else {
            throw CommandFailure("useradd made no user '\(name)'", status: EX_OSERR)
        }
        return user
    }

    /// The user of this name, who is a person's; nil where there is none.
    @discardableResult
    static func adoptable(_ name: String) throws -> UnixUser? {
        guard let user = UnixUser(named: name) else { return nil }
        guard user.id >= firstPerson, user.id != UInt32(bitPattern: -2) else {
            throw CommandFailure.usage(
                "'\(name)' is a user of the system (number \(user.id)); name a person's, or one that is not there yet")
        }
        return user
    }

    private static func makeGroup() async throws {
        if getgrnam(group) == nil { try await run("/usr/sbin/groupadd", "--system", "--", group) }
    }

    private static func run(_ program: String, _ arguments: String...) async throws {
        let status: TerminationStatus
        do {
            status = try await OtherProgram.run(program, arguments).0
        } catch {
            throw CommandFailure("cannot run \(program) (Debian: passwd): \(error)", status: EX_UNAVAILABLE)
        }
        guard status.isSuccess else {
            throw CommandFailure("\(program) failed; what it said is above", status: EX_CANTCREAT)
        }
    }
}
