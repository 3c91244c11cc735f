public import Domain
import Glibc
import LinuxSystem
public import Storage

/// What lies in an inbox while no service runs, and what would keep it there, found by looking. Nothing is written.
public struct InboxSurvey: Sendable {
    private let ledger: Ledger
    private let tree: AccountTree

    public init(ledger: Ledger, tree: AccountTree) {
        self.ledger = ledger
        self.tree = tree
    }

    public func waiting(of account: Account) async throws -> [WaitingDrop] {
        guard let verdict = try await verdict(for: account) else { return [] }
        let incomplete = try await ledger.incompleteDrops.all(of: account.id)
        let tree = tree
        return try await onBlockingThread {
            var drops: [WaitingDrop] = []
            let inbox = try tree.open(.inbox, of: account.name)
            let owner = try inbox.status()
            let isReadOnly = try inbox.isReadOnly()
            try inbox.forEachFile(depth: InboxFolder.maximumDepth, entering: { !DropName.isIgnored($0) }) {
                path, status in
                guard let drop = DropPath(bytes: path), !DropName.isIgnored(drop.name) else { return }
                let reason: WaitReason =
                    if !verdict.isAccepted {
                        .token(verdict)
                    } else if let objection = PlainDrop.objection(to: status, inbox: owner) {
                        objection
                    } else if isReadOnly {
                        .trouble("the disk is mounted read-only.")
                    } else if incomplete[drop]?.isUntouched(status) == true {
                        .incomplete
                    } else {
                        Self.isReadable(path, in: inbox) ? .serviceStopped : .unreadable
                    }
                drops.append(WaitingDrop(account: account.id, drop: drop, reason: reason))
            }
            return drops.sorted { $0.drop < $1.drop }
        }
    }

    private static func isReadable(_ path: [UInt8], in inbox: borrowing BeneathDirectory) -> Bool {
        do throws(SystemError) {
            _ = try inbox.openForReading(path)
            return true
        } catch {
            return error.code != EACCES
        }
    }

    /// Nil where the account has no inbox.
    private func verdict(for account: Account) async throws -> TokenVerdict? {
        do {
            return try await TokenFile(tokens: ledger.tokens).verdict(
                in: tree.open(.inbox, of: account.name), of: account)
        } catch let error as SystemError where error.isMissing {
            return nil
        }
    }
}
