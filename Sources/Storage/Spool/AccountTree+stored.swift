public import Domain
import LinuxSystem

extension AccountTree {
    /// Folders in folders that are looked into.
    private static let depth = 64

    /// Bytes of the files in an account's directories.
    public func storedBytes(of account: AccountName) throws -> Int64 {
        var bytes: Int64 = 0
        for place in Place.allCases {
            try open(place, of: account).forEachFile(depth: Self.depth) { _, status in bytes += status.size }
        }
        return bytes
    }
}
