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
    public func give(_ account: AccountName, to person: UnixUser, of service: UnixUser) throws(SystemError) {
        // Nobody may list the accounts: sshd's users would see each other's names.
        try homes().setMode(0o711)
        let home = try homes().directory(Array(account.text.utf8))
        try home.setAccess(AccessList(users: [person.id: [.read, .enter]]))
        let persons = AccessList(users: [person.id: .all, service.id: .all])
        for place in Place.allCases {
            let directory = try open(place, of: account)
            try directory.setOwner(place == .inbox ? person.id : service.id, group: service.group)
            try directory.setAccess(persons, inherited: persons)
        }
    }
}
