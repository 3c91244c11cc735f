import Domain
import FoundationEssentials
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// Tells the owners of drops that have been waiting for their end for long, once each, and forgets those that changed or
/// went away.
public struct IncompleteReminder: Service {
    private static let longestPause: Duration = .seconds(60 * 60)
    private static let shortestPause: Duration = .milliseconds(200)
    /// A finding this young may still be on its way from the spool back to its inbox.
    private static let minimumAge: Double = 60

    private let ledger: Ledger
    private let tree: AccountTree
    private let patience: Duration
    private let letterQueued: Doorbell
    private let logger: Logger

    /// - Parameter patience: how long a drop may wait before its owner is told.
    public init(ledger: Ledger, tree: AccountTree, patience: Duration, letterQueued: Doorbell, logger: Logger) {
        self.ledger = ledger
        self.tree = tree
        self.patience = patience
        self.letterQueued = letterQueued
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = patience
                do {
                    for drop in try await ledger.incompleteDrops.all() {
                        do {
                            if let left = try await remind(drop) { pause = min(pause, left) }
                        } catch let error as SystemError {
                            // Of this drop: the others' owners are told all the same.
                            warn(of: error)
                        }
                    }
                } catch  where !Task.isCancelled {
                    warn(of: error)
                } catch {}
                // Ended early only by a stop.
                try? await Task.sleep(for: max(Self.shortestPause, min(pause, Self.longestPause)))
            }
        }
    }

    private func warn(of error: any Error) {
        logger.warning("cannot look after incomplete drops", metadata: ["error": "\(error)"])
    }

    private static func isThere(
        _ incomplete: IncompleteDrop, in tree: AccountTree, of account: AccountName
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            return incomplete.isContent(of: try tree.open(.inbox, of: account).status(incomplete.drop.bytes))
        } catch  where error.isMissing || error.isLink {
            return false
        }
    }

    /// Returns how long it has to wait yet; nil where nothing is to be done for it.
    private func remind(_ incomplete: IncompleteDrop) async throws -> Duration? {
        let age = Date.now.timeIntervalSince(incomplete.since)
        guard let account = try await ledger.accounts.account(incomplete.account) else { return nil }
        let (tree, drop) = (tree, incomplete.drop)
        let isThere = try await onBlockingThread { try Self.isThere(incomplete, in: tree, of: account.name) }
        guard isThere else {
            if age > Self.minimumAge, incomplete.isSettled {
                try await ledger.incompleteDrops.forget(drop, of: account.id)
            }
            return nil
        }
        guard !incomplete.isTold else { return nil }
        let left = patience - .seconds(age)
        guard left <= .zero else { return left }
        try await ledger.incompleteDrops.tell(incomplete, after: patience)
        letterQueued.ring()
        logger.notice(
            "waits for its end", metadata: ["account": "\(account.name)", "drop": "\(drop.display)"])
        return nil
    }
}
