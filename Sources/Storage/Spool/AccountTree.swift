public import Domain
public import LinuxSystem

/// The directories that people and the service share: `root/home/NAME/{inbox,outbox,failed,done}`, and `root/.spool`
/// that is closed to all but the service. One file system, so that a file moves by rename.
public struct AccountTree: Sendable, Hashable {
    public enum Place: String, Sendable, CaseIterable {
        case inbox, outbox, failed, done
    }

    /// An absolute path.
    public let root: String

    public static let tokenFile = ".token"
    static let spool = Array(".spool".utf8)
    private static let home = "home"

    public init(root: String) { self.root = root }

    /// Makes `home` and `.spool` where they are missing.
    public func prepare() throws(SystemError) {
        let root = try BeneathDirectory(path: root)
        _ = try root.makingDirectories(Array(Self.home.utf8))
        try root.makingDirectories(Self.spool).setMode(0o700)
    }

    /// The directory that holds all accounts' directories.
    public func homes() throws(SystemError) -> BeneathDirectory {
        try BeneathDirectory(path: root).directory(Array(Self.home.utf8))
    }

    public func open(_ place: Place, of account: AccountName) throws(SystemError) -> BeneathDirectory {
        try homes().directory(Array("\(account)/\(place.rawValue)".utf8))
    }

    /// For people and letters.
    public func path(_ place: Place, of account: AccountName) -> String {
        "\(root)/\(Self.home)/\(account)/\(place.rawValue)"
    }

    /// Makes an account's directories; those that exist stay as they are.
    public func make(for account: AccountName) throws(SystemError) {
        let homes = try homes()
        for place in Place.allCases {
            _ = try homes.makingDirectories(Array("\(account)/\(place.rawValue)".utf8))
        }
    }

    /// Whether there is anything in directories of that name, be it of an account that was removed. What the making of
    /// an account that broke off leaves behind does not count.
    public func isUsed(_ account: AccountName) throws -> Bool {
        let name = Array(account.text.utf8)
        guard try homes().has(name) else { return false }
        let home = try homes().directory(name)
        for place in try home.entries() {
            guard Place(rawValue: String(decoding: place, as: UTF8.self)) != nil else { return true }
            for file in try home.directory(place).entries() where file != Array(Self.tokenFile.utf8) { return true }
        }
        return false
    }

    /// Puts a token into the account's inbox, replacing the one that was there.
    public func write(_ token: DropToken, for account: AccountName) throws(SystemError) {
        let inbox = try open(.inbox, of: account)
        // The group's bits are what an inbox's access list lets its owner do; without one the group is the service's own.
        try DurableFile.replace(
            Array(Self.tokenFile.utf8), with: Array((token.text + "\n").utf8), in: inbox, mode: 0o640)
    }

    /// Removes an account's directories with everything in them.
    public func remove(_ account: AccountName) throws {
        try homes().removeTree(Array(account.text.utf8))
    }
}
