import Domain
import FoundationEssentials
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// Removes originals from `done` when they have been kept long enough. A file's time there is counted from its rename,
/// which moves `st_ctime` on Linux file systems.
public struct DoneSweeper: Service {
    private static let interval: Duration = .seconds(60 * 60)

    private let ledger: Ledger
    private let tree: AccountTree
    private let keep: Duration
    private let logger: Logger

    public init(ledger: Ledger, tree: AccountTree, keep: Duration, logger: Logger) {
        self.ledger = ledger
        self.tree = tree
        self.keep = keep
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    for account in try await ledger.accounts.all() { await sweep(account.name) }
                } catch  where !Task.isCancelled {
                    logger.warning("cannot remove old originals", metadata: ["error": "\(error)"])
                } catch {}
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func sweep(_ account: AccountName) async {
        let tree = tree
        let oldest = Int64((Date.now.timeIntervalSince1970 - Double(keep.components.seconds)) * 1e9)
        do {
            let removed = try await onBlockingThread {
                try Self.removeFiles(changedBefore: oldest, in: try tree.open(.done, of: account))
            }
            guard removed > 0 else { return }
            logger.info("old originals removed", metadata: ["account": "\(account)", "files": "\(removed)"])
        } catch let error as SystemError where error.isMissing {
            // Nothing was ever kept, or the account is being removed.
        } catch  where !Task.isCancelled {
            // Of this account: the others' are removed all the same.
            logger.warning("cannot remove old originals", metadata: ["account": "\(account)", "error": "\(error)"])
        } catch {}
    }

    /// Empty folders stay: the next drop from the same folder needs them again.
    private static func removeFiles(changedBefore oldest: Int64, in directory: borrowing BeneathDirectory) throws -> Int
    {
        var old: [[UInt8]] = []
        try directory.forEachFile(depth: InboxFolder.maximumDepth) { path, status in
            if status.changed < oldest { old.append(path) }
        }
        for path in old { try directory.remove(path) }
        return old.count
    }
}
