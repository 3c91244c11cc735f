import Domain
import Foundation
import Glibc
import LinuxSystem
import Storage

/// Connects an account with a user of this machine. Root's work, so the ledger is left to commands that run as the
/// service's user.
struct PersonsAccount {
    let name: AccountName
    let settings: Settings
    private let service: UnixUser

    init(name: AccountName, settings: Settings) throws {
        guard Identity.isRoot else {
            throw CommandFailure("--unix-user changes who owns files; run this as root", status: EX_NOPERM)
        }
        do throws(SystemError) {
            guard let user = UnixUser(id: try Identity.owner(of: settings.state)) else {
                throw SystemError.missing("the user who owns \(settings.state)")
            }
            service = user
        } catch {
            throw CommandFailure.misconfigured("there is no state directory yet, or nobody owns it: \(error)")
        }
        self.name = name
        self.settings = settings
    }

    func createOrAdopt(_ user: String) async throws -> UnixUser {
        try await PersonMaker.createOrAdopt(user, home: "\(settings.root)/home/\(name)")
    }

    func give(to user: UnixUser) throws {
        do {
            try AccountTree(root: settings.root).give(name, to: user, of: service)
        } catch let error as SystemError where error.code == EOPNOTSUPP {
            throw CommandFailure.misconfigured(
                "the file system of \(settings.root) keeps no access control lists; mount it with them (ext4, XFS and btrfs have them)"
            )
        } catch {
            throw CommandFailure("cannot give \(name)'s directories to \(user.name): \(error)", status: EX_CANTCREAT)
        }
    }

    /// How its owner gets there, and what is still to be done for it.
    func connections(of user: UnixUser) -> PersonsConnections {
        let host = ProcessInfo.processInfo.hostName
        let address = InboxAddress(name, in: AccountTree(root: settings.root), user: user)
        // Who is locked in starts in the inbox of the account of the same name.
        let path = address.isLockedIn && address.isShared ? "" : ":\(address.pathOverSFTP)"
        return PersonsConnections(
            sftp: "sftp \(user.name)@\(host)\(path)",
            smb: address.isShared ? "smb://\(user.name)@\(host)/soundspool" : nil)
    }
}

/// The two lines that connect a person.
struct PersonsConnections: Encodable {
    let sftp: String
    let smb: String?

    func show() {
        print("SFTP:       \(sftp)")
        print("SMB:        \(smb ?? "only for a user who is named as the account")")
    }
}
