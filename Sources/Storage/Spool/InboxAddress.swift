public import Domain
public import LinuxSystem

/// How an account's owner reaches its inbox from another machine: over SFTP and Samba, as a user of this one.
public struct InboxAddress: Sendable, Hashable {
    /// sshd locks whoever is in this group into the root, and lets them copy files, and nothing else: `etc/ssh`.
    public static let group = "soundspool-users"

    /// On this machine.
    public let path: String
    /// The user; nil where the account's directories were given to nobody.
    public let user: String?
    /// The inbox as SFTP shows it.
    public let pathOverSFTP: String
    /// Whether the user sees nothing but what is below the root.
    public let isLockedIn: Bool
    /// Whether Samba's share, which is found by the user's name, is this account's.
    public let isShared: Bool

    public init(_ account: AccountName, in tree: AccountTree, user: UnixUser?) {
        path = tree.path(.inbox, of: account)
        self.user = user?.name
        isLockedIn = user?.isMember(of: Self.group) == true
        pathOverSFTP = isLockedIn ? String(path.dropFirst(tree.root.count)) : path
        isShared = user?.name == account.text
    }
}

extension AccountTree {
    /// By whom the inbox belongs to: that is what sshd and Samba go by, and stays true when an administrator gives it to
    /// somebody else, or renames a user. A user written down when the account was connected would not.
    public func inboxAddress(of account: AccountName) -> InboxAddress {
        InboxAddress(account, in: self, user: owner(of: account))
    }

    /// Nil where it is the service, or there is no telling.
    private func owner(of account: AccountName) -> UnixUser? {
        guard let service = try? homes().status().owner, let owner = try? open(.inbox, of: account).status().owner,
            owner != service
        else { return nil }
        return UnixUser(id: owner)
    }
}
