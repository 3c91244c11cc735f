public import Domain
import LinuxSystem
public import Storage

/// What waits in an inbox and why, found by looking, for whoever is not the running service.
public struct InboxSurvey: Sendable {
    private static let maximumDepth = 32

    private let ledger: Ledger
    private let tree: AccountTree

    public init(ledger: Ledger, tree: AccountTree) {
        self.ledger = ledger
        self.tree = tree
    }

    public func waiting(of account: Account) async throws -> [WaitingDrop] {
        let verdict = try await verdict(for: account)
        guard let verdict else { return [] }
        let tree = tree
        return try await onBlockingThread {
            var drops: [WaitingDrop] = []
            let inbox = try tree.open(.inbox, of: account.name)
            let owner = try inbox.status()
            try Self.walk(inbox, folder: nil, depth: 0) { drop, status in
                let reason: WaitReason =
                    verdict.isAccepted ? Intake.objection(to: status, inbox: owner) ?? .settling : .token(verdict)
                drops.append(WaitingDrop(account: account.id, drop: drop, reason: reason))
            }
            return drops.sorted { $0.drop < $1.drop }
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

    private static func walk(
        _ directory: borrowing BeneathDirectory, folder: DropPath?, depth: Int, _ body: (DropPath, FileStatus) -> Void
    ) throws {
        for name in try directory.entries() where !DropName.isIgnored(name) {
            guard let drop = DropPath.path(of: name, in: folder) else { continue }
            let status = try directory.status(name)
            if status.kind != .directory {
                body(drop, status)
            } else if depth < maximumDepth {
                let below = try directory.directory(name)
                try walk(below, folder: drop, depth: depth + 1, body)
            }
        }
    }
}
