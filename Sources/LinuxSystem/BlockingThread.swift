import CLinux
import Glibc

/// Runs `body` on a thread of its own and waits for it without holding a thread of the cooperative pool, whose few
/// threads must never block.
///
/// All signals are blocked there: they belong to the other threads, and `SIGPIPE` would end the process where a library
/// writes to a peer that hung up.
/// - Throws: what `body` throws, or `SystemError` where the system has no thread left.
public func onBlockingThread<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        do throws(SystemError) {
            try startThread { continuation.resume(with: Swift.Result { try body() }) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// Starts a detached POSIX thread: `pthread_create(3)`.
func startThread(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { pointer in
            var everySignal = sigset_t()
            sigfillset(&everySignal)
            pthread_sigmask(SIG_BLOCK, &everySignal, nil)
            if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    guard code == 0 else {
        box.release()
        throw SystemError(call: "pthread_create", subject: "", code: code)
    }
    pthread_detach(thread)
}
