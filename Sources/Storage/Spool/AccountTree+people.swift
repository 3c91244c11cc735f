public import Domain
public import LinuxSystem

/// Directories of accounts whose owners have users of their own on this machine.
extension AccountTree {
    /// Gives an account's directories to its owner: what is dropped in the inbox is theirs, and so is what they take out
    /// of the outbox; nobody else but the service sees any of it. Only root can.
    ///
    /// | directory | belongs to | the owner may | inherited, whatever a client's umask |
    /// |---|---|---|---|
    /// | NAME | the service | enter, list | |
    /// | inbox | the owner | everything | the service may do everything |
    /// | outbox, failed, done | the service | list, take out, remove | the owner may do everything |
    /// | inbox/.token | the service | read | |
    ///
    /// So do the folders that are in them already. Files in these stay as they are.
    public func give(_ account: AccountName, to person: UnixUser, of service: UnixUser) throws {
        // Nobody may list the accounts: sshd's users would see each other's names.
        try homes().setMode(0o711)
        let home = try homes().directory(Array(account.text.utf8))
        try home.setAccess(AccessList(users: [person.id: [.read, .enter]]))
        let persons = AccessList(users: [person.id: .all, service.id: .all])
        for place in Place.allCases {
            let owner = place == .inbox ? person.id : service.id
            for path in try open(place, of: account).folders() {
                try give(path, in: place, of: account, owner: owner, group: service.group, persons)
            }
        }
        try showToken(of: account, to: person, of: service)
    }

    private func give(
        _ path: [UInt8], in place: Place, of account: AccountName, owner: UInt32, group: UInt32, _ access: AccessList
    ) throws(SystemError) {
        do throws(SystemError) {
            let folder = try open(place, of: account).directory(path)
            try folder.setOwner(owner, group: group)
            try folder.setAccess(access, inherited: access)
        } catch  where !path.isEmpty && (error.isMissing || error.isLink) {
            // It went away meanwhile, or somebody put a link in its place.
        }
    }

    /// Lets its owner read the token file that the service wrote. Whatever else has its name stays as it is.
    private func showToken(
        of account: AccountName, to person: UnixUser, of service: UnixUser
    ) throws(SystemError) {
        do throws(SystemError) {
            let token = try open(.inbox, of: account).openForReading(Array(Self.tokenFile.utf8))
            let status = try token.status()
            if status.kind == .regular, status.links == 1, status.owner == service.id {
                try token.setAccess(AccessList(owner: [.read, .write], users: [person.id: .read]))
            }
        } catch  where error.isMissing || error.isLink {}
    }
}
