import Dispatch
import Glibc
import LinuxSystem
import TestSupport
import Testing

struct ThreadExecutorTests {
    private actor Worker {
        private let executor: ThreadExecutor
        private(set) var count = 0

        init() throws { executor = try ThreadExecutor() }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func thread() throws -> String { try currentThread() }

        func threadsAround(_ body: @Sendable () async -> Void) async throws -> [String] {
            let before = try currentThread()
            await body()
            return [before, try currentThread()]
        }

        func increment() { count += 1 }

        /// Holds the thread, as a system call would.
        func block(until semaphore: DispatchSemaphore) { semaphore.wait() }
    }

    @Test func `an actor stays on one thread`() async throws {
        let worker = try Worker()
        var threads: Set<String> = []
        for _ in 0..<100 {
            threads.insert(try await worker.thread())
            await Task.yield()
        }
        threads.formUnion(try await worker.threadsAround { await Task.detached { await Task.yield() }.value })
        #expect(threads.count == 1)
    }

    @Test func `two actors have two threads`() async throws {
        let (one, two) = (try Worker(), try Worker())
        let threads = (try await one.thread(), try await two.thread())
        #expect(threads.0 != threads.1)
    }

    /// More actors than the pool has threads wait in system calls, and other tasks still run.
    @Test func `is not one of the cooperative pool`() async throws {
        let semaphore = DispatchSemaphore(value: 0)
        let workers = try (0..<64).map { _ in try Worker() }
        await withTaskGroup { group in
            for worker in workers { group.addTask { await worker.block(until: semaphore) } }
            await withTaskGroup { inner in
                for _ in 0..<64 { inner.addTask { await Task.yield() } }
            }
            for _ in workers { semaphore.signal() }
        }
    }

    @Test func `does one thing at a time, and all of them`() async throws {
        let worker = try Worker()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<500 { await worker.increment() } }
            }
        }
        #expect(await worker.count == 4000)
    }

    @Test func `its thread ends with it`() async throws {
        func threads() -> Int {
            guard let directory = opendir("/proc/self/task") else { return 0 }
            defer { closedir(directory) }
            var count = 0
            while readdir(directory) != nil { count += 1 }
            return count
        }
        let before = threads()
        do {
            // Many more than those of other tests that come and go meanwhile.
            let workers = try (0..<600).map { _ in try Worker() }
            for worker in workers { await worker.increment() }
            #expect(threads() >= before + 300)
        }
        try await eventually("the threads end") { threads() < before + 300 }
    }
}
