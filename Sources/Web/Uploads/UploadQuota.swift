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
    let arriving = ArrivingBytes()
    private let stored: StoredBytes

    init(
        ledger: Ledger, tree: AccountTree, accountBytes: Int64?, freeSpace: FreeSpace,
        onLetter: @escaping @Sendable () -> Void
    ) {
        self.ledger = ledger
        self.tree = tree
        self.accountBytes = accountBytes
        self.freeSpace = freeSpace
        self.onLetter = onLetter
        stored = StoredBytes(tree: tree)
    }

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

    /// Runs what takes the bytes of a request, which count from its beginning.
    /// - Parameters:
    ///   - bytes: What the request says that it will bring.
    ///   - isCounted: Whether the ledger counts them for the account already.
    /// - Throws: As ``room(for:bytes:before:)``.
    func reserving<Answer>(
        _ bytes: Int64, for account: Account, isCounted: Bool = false,
        _ take: (UploadReservation) async throws -> Answer
    ) async throws -> Answer {
        let number = arriving.begin(isCounted ? nil : account.id, promised: bytes)
        defer { arriving.end(number) }
        let reservation = UploadReservation(quota: self, account: account, number: number, isCounted: isCounted)
        try await reservation.check()
        return try await take(reservation)
    }

    /// Bytes that the account may have on their way in all, nil for any number.
    /// - Parameter before: Of the requests that bring bytes now, those count that began before this one.
    /// - Throws: 507 where the disk, and ``UploadLedger/QuotaReached`` where the account has no room for `bytes` more.
    func room(
        for account: Account, bytes: Int64, before number: ArrivingBytes.Number = .max
    ) async throws -> Int64? {
        try await requireSpace(for: bytes, before: number)
        guard let accountBytes else { return nil }
        let underWay = try await ledger.uploads.underWay(of: account.id)
        let taken = underWay + bytes + arriving.promised(by: account.id, before: number)
        var most = accountBytes - (try await stored.remembered(of: account, underWay: underWay))
        // Nobody is refused for what was removed a moment ago.
        if taken > most { most = accountBytes - (try await stored.counted(of: account, underWay: underWay)) }
        guard taken <= most else { throw UploadLedger.QuotaReached() }
        return most - arriving.promised(by: account.id, before: number)
    }

    /// The most bytes that a request may bring; nil for any number.
    func remaining(_ reservation: UploadReservation) async throws -> Int64? {
        let account = reservation.account
        guard let room = try await room(for: account, bytes: 0, before: reservation.number) else { return nil }
        return max(0, room - (try await ledger.uploads.underWay(of: account.id)))
    }

    func requireSpace(for bytes: Int64, before number: ArrivingBytes.Number = .max) async throws {
        let (tree, freeSpace) = (tree, freeSpace)
        let needed = bytes + arriving.outstanding(before: number)
        let isThere = try await onBlockingThread { try freeSpace.isLeft(after: needed, in: tree.homes().space()) }
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
