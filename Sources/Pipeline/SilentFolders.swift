import Domain

/// The folders that send no events, and so are looked at by the clock.
struct SilentFolders {
    private(set) var folders: Set<InboxFolder> = []
    /// Why, for each account that has one.
    private(set) var causes: [Account.ID: String] = [:]
    /// Whether `causes` changed since this was last set to false. True at first: an earlier run may have left others.
    var hasNews = true

    /// Returns whether this is news of the account.
    mutating func insert(_ folder: InboxFolder, because cause: String) -> Bool {
        folders.insert(folder)
        guard causes[folder.account] != cause else { return false }
        causes[folder.account] = cause
        hasNews = true
        return true
    }

    mutating func remove(_ folder: InboxFolder) {
        guard folders.remove(folder) != nil, !folders.contains(where: { $0.account == folder.account }) else { return }
        causes[folder.account] = nil
        hasNews = true
    }

    mutating func retainAccounts(_ accounts: Set<Account.ID>) {
        guard !folders.allSatisfy({ accounts.contains($0.account) }) else { return }
        folders = folders.filter { accounts.contains($0.account) }
        causes = causes.filter { accounts.contains($0.key) }
        hasNews = true
    }
}
