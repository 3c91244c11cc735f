import Glibc
import LinuxSystem
import Testing

struct BlockingThreadTests {
    private struct Refusal: Error {}

    @Test func `returns what its body returns and throws what it throws`() async throws {
        #expect(try await onBlockingThread { 42 } == 42)
        await #expect(throws: Refusal.self) { try await onBlockingThread { throw Refusal() } }
    }

    @Test func `signals go to other threads`() async throws {
        let isBlocked = try await onBlockingThread {
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            return [SIGPIPE, SIGTERM, SIGINT].allSatisfy { sigismember(&mask, $0) == 1 }
        }
        #expect(isBlocked)
    }

    /// Sixty-four bodies that all wait for each other: on a pool of a few threads they would wait for ever.
    @Test func `every body has a thread of its own`() async throws {
        let arrived = Counter()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    try await onBlockingThread {
                        arrived.increment()
                        while arrived.value < 64 { usleep(1000) }
                        return try currentThread()
                    }
                }
            }
            var threads: Set<String> = []
            for try await thread in group { threads.insert(thread) }
            #expect(threads.count == 64)
        }
    }
}
