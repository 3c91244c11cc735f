import Domain
import LinuxSystem
import Storage
import Synchronization

/// What lies in an account's directories, remembered for a moment: an upload asks more than once, and each time would be
/// a walk through all of them.
final class StoredBytes: Sendable {
    private static let lifetime = Duration.seconds(5)
    private static let mostAccounts = 1000

    private struct Sum {
        let bytes: Int64
        let underWay: Int64
        let taken = ContinuousClock.now
    }

    private let tree: AccountTree
    private let sums = Mutex<[Account.ID: Sum]>([:])

    init(tree: AccountTree) { self.tree = tree }

    /// - Parameter underWay: The account's bytes on their way. Where they are others than before, a job may have ended,
    ///   and its files lie in the directories now.
    func remembered(of account: Account, underWay: Int64) async throws -> Int64 {
        if let sum = sums.withLock({ $0[account.id] }), sum.underWay == underWay,
            sum.taken.duration(to: .now) < Self.lifetime
        {
            return sum.bytes
        }
        return try await counted(of: account, underWay: underWay)
    }

    func counted(of account: Account, underWay: Int64) async throws -> Int64 {
        let bytes = try await onBlockingThread { [tree] in try tree.storedBytes(of: account.name) }
        sums.withLock { sums in
            if sums.count >= Self.mostAccounts { sums.removeAll() }
            sums[account.id] = Sum(bytes: bytes, underWay: underWay)
        }
        return bytes
    }
}
