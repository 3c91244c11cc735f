import Domain
import HTTPTypes
import Hummingbird
import LinuxSystem
import Storage

/// How much an account may have here, and how much of the disk is left alone.
struct UploadQuota: Sendable {
    private static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")

    let ledger: Ledger
    let tree: AccountTree
    /// Bytes of an account: what is on its way, and what lies in its directories; nil for any number.
    let accountBytes: Int64?
    let freeSpace: FreeSpace
    let onLetter: @Sendable () -> Void

    /// Runs what takes an upload. Where the account has no room for it, its owner is told by the answer, and at most once
    /// a day by a letter: who uploads may be a program.
    func watching<Answer>(_ account: Account, _ take: () async throws -> Answer) async throws -> Answer {
        do {
            return try await take()
        } catch is UploadLedger.QuotaReached {
            if try await ledger.letters.tellOfQuota(advice, to: account.id) { onLetter() }
            throw Problem(status: .contentTooLarge, detail: advice, headers: [.connection: "close"])
        }
    }

    /// Bytes that the account may have on their way in all, nil for any number.
    /// - Throws: 507 where the disk, and ``UploadLedger/QuotaReached`` where the account has no room for `bytes` more.
    func room(for account: Account, bytes: Int64) async throws -> Int64? {
        try await requireSpace(for: bytes)
        guard let accountBytes else { return nil }
        let stored = try await onBlockingThread { [tree] in try tree.storedBytes(of: account.name) }
        let room = accountBytes - stored
        guard try await ledger.uploads.underWay(of: account.id) + bytes <= room else {
            throw UploadLedger.QuotaReached()
        }
        return room
    }

    /// The most bytes that a request of an account may bring now; nil for any number.
    /// - Parameter bytes: what it says that it will bring.
    func remaining(for account: Account, bytes: Int64) async throws -> Int64? {
        guard let room = try await room(for: account, bytes: bytes) else { return nil }
        return max(0, room - (try await ledger.uploads.underWay(of: account.id)))
    }

    func requireSpace(for bytes: Int64) async throws {
        let (tree, freeSpace) = (tree, freeSpace)
        let isThere = try await onBlockingThread { try freeSpace.isLeft(after: bytes, in: tree.homes().space()) }
        guard isThere else {
            throw Problem(
                status: Self.insufficientStorage,
                detail: "The server's disk is nearly full. Tell the administrator, and try again later.")
        }
    }

    private var advice: String {
        "This account may have \(ByteCountText.text(accountBytes ?? 0)) here. Remove what you do not need from outbox, "
            + "failed and done, or wait until your videos are converted."
    }
}
