import Domain
import Synchronization

/// The requests that bring bytes right now. What they will yet bring is neither in the ledger nor on the disk, so without
/// this those of one moment would not see each other.
final class ArrivingBytes: Sendable {
    typealias Number = Int

    private struct Request {
        /// Nil where the ledger counts the bytes of its account already.
        let account: Account.ID?
        /// What the request says that it will bring, or more where it brought more.
        var promised: Int64
        var written: Int64 = 0
    }

    private struct State {
        var requests: [Number: Request] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    func begin(_ account: Account.ID?, promised: Int64) -> Number {
        state.withLock { state in
            state.next += 1
            state.requests[state.next] = Request(account: account, promised: promised)
            return state.next
        }
    }

    func add(_ bytes: Int64, to number: Number) {
        state.withLock { state in
            guard var request = state.requests.removeValue(forKey: number) else { return }
            request.written += bytes
            request.promised = max(request.promised, request.written)
            state.requests[number] = request
        }
    }

    func end(_ number: Number) { state.withLock { _ = $0.requests.removeValue(forKey: number) } }

    /// What an account's requests bring that began before the one with this number: who came first goes on.
    func promised(by account: Account.ID, before number: Number = .max) -> Int64 {
        state.withLock { state in
            state.requests.reduce(0) { sum, request in
                request.key < number && request.value.account == account ? sum + request.value.promised : sum
            }
        }
    }

    /// What earlier requests will write, beyond what the disk has of them.
    func outstanding(before number: Number = .max) -> Int64 {
        state.withLock { state in
            state.requests.reduce(0) { sum, request in
                request.key < number ? sum + request.value.promised - request.value.written : sum
            }
        }
    }
}
