import Foundation
import Glibc
import LinuxSystem

/// Makes the users of this machine that people use SFTP and Samba as.
enum PersonMaker {
    /// Whoever is in this group may copy files over SFTP, and nothing else: `etc/ssh`.
    static let group = "soundspool-users"
    /// The first number that Debian gives to people.
    private static let firstPerson: UInt32 = 1000

    /// The user of this name, made where there is none: without a shell, without a password, with `home`.
    ///
    /// A user who has a shell is taken as it is, and not put into the group: it could not sign in any more.
    static func createOrAdopt(_ name: String, home: String) throws -> UnixUser {
        if let user = UnixUser(named: name) {
            guard user.id >= firstPerson, user.id != UInt32(bitPattern: -2) else {
                throw CommandFailure.usage(
                    "'\(name)' is a user of the system (number \(user.id)); name a person's, or one that is not there yet"
                )
            }
            if !user.hasShell, !user.isMember(of: group) {
                try makeGroup()
                try run("/usr/sbin/usermod", "--append", "--groups", group, "--", name)
            }
            return user
        }
        try makeGroup()
        // '*' is no password, but does not lock the user out of signing in with a key, as '!' does.
        try run(
            "/usr/sbin/useradd", "--no-create-home", "--home-dir", home, "--shell", "/usr/sbin/nologin", "--user-group",
            "--groups", group, "--password", "*", "--comment", "soundspool", "--", name)
        guard let user = UnixUser(named: name) else {
            throw CommandFailure("useradd made no user '\(name)'", status: EX_OSERR)
        }
        return user
    }

    private static func makeGroup() throws {
        if getgrnam(group) == nil { try run("/usr/sbin/groupadd", "--system", "--", group) }
    }

    private static func run(_ program: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw CommandFailure("cannot run \(program) (Debian: passwd): \(error)", status: EX_UNAVAILABLE)
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandFailure("\(program) failed; what it said is above", status: EX_CANTCREAT)
        }
    }
}
