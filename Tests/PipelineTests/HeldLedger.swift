import Dispatch
import Foundation
import GRDB
import TestSupport

/// Holds the ledger's write lock, as another process that writes would: whoever wants to write waits until `release`.
final class HeldLedger: Sendable {
    private let letGo = DispatchSemaphore(value: 0)

    init(state: String) async throws {
        let letGo = letGo
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    let queue = try DatabaseQueue(path: state + "/ledger.sqlite")
                    try queue.inTransaction(.immediate) { _ in
                        continuation.resume()
                        letGo.wait()
                        return .rollback
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    func release() { letGo.signal() }
}
