import Domain

/// The room of one request whose bytes are coming.
struct UploadReservation: Sendable {
    let quota: UploadQuota
    let account: Account
    let number: ArrivingBytes.Number
    /// Whether the ledger counts the bytes for the account already, so that only the disk is to be looked at.
    let isCounted: Bool

    /// Counts bytes that were written.
    /// - Throws: As ``check()``.
    func add(_ bytes: Int64) async throws {
        quota.arriving.add(bytes, to: number)
        try await check()
    }

    /// - Throws: Where there is no room for the request beside the earlier ones: 507 for the disk,
    ///   ``UploadLedger/QuotaReached`` for the account.
    func check() async throws {
        let itself = number + 1
        if isCounted {
            try await quota.requireSpace(for: 0, before: itself)
        } else {
            _ = try await quota.room(for: account, bytes: 0, before: itself)
        }
    }
}
