import Domain
import LinuxSystem

/// A directory of somebody's inbox: the inbox itself where `folder` is nil.
struct InboxFolder: Hashable {
    let account: Account.ID
    let folder: DropPath?

    /// Folders deeper than this are not entered: an inbox's owner can nest without end.
    static let maximumDepth = 32

    /// Bytes of a folder's path. One that is longer is not entered: a name in it might be beyond what one system call
    /// takes (PATH_MAX less a NUL, a slash and NAME_MAX).
    private static let maximumLength = 4095 - 1 - 255

    /// 0 for the inbox itself.
    var depth: Int { folder.map { $0.bytes.count { $0 == UInt8(ascii: "/") } + 1 } ?? 0 }

    var isTooDeep: Bool { depth > Self.maximumDepth || folder.map { $0.bytes.count > Self.maximumLength } ?? false }
}

/// Which watch number stands for which directory.
struct WatchTable {
    private var folders: [Int32: InboxFolder] = [:]
    private var watches: [InboxFolder: Int32] = [:]

    func folder(of watch: Int32) -> InboxFolder? { folders[watch] }

    var count: Int { watches.count }

    func isWatched(_ folder: InboxFolder) -> Bool { watches[folder] != nil }

    /// A directory that was moved keeps its number and gets its new place. Returns its old one.
    @discardableResult
    mutating func set(_ watch: Int32, to folder: InboxFolder) -> InboxFolder? {
        let moved = folders[watch].flatMap { $0 == folder ? nil : $0 }
        if let moved { watches[moved] = nil }
        if let earlier = watches[folder], earlier != watch { folders[earlier] = nil }
        folders[watch] = folder
        watches[folder] = watch
        return moved
    }

    /// Returns the number that stood for the directory.
    @discardableResult
    mutating func remove(_ folder: InboxFolder) -> Int32? {
        guard let watch = watches.removeValue(forKey: folder) else { return nil }
        folders[watch] = nil
        return watch
    }

    mutating func remove(watch: Int32) {
        if let folder = folders.removeValue(forKey: watch) { watches[folder] = nil }
    }

    /// Every watched directory of accounts that are not among `accounts`.
    func folders(notOf accounts: Set<Account.ID>) -> [InboxFolder] {
        watches.keys.filter { !accounts.contains($0.account) }
    }
}
