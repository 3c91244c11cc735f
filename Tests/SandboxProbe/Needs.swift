import CProbe
import Glibc

/// What a converter needs, and must be able to do in the sandbox.
enum Needs {
    /// The first thing that does not work, nil where all do.
    static func missing() -> String? {
        var byte: UInt8 = 0
        let checks: [(String, () -> Bool)] = [
            ("a thread", { runsThread() }), ("memory", { hasMemory(64 << 20) }),
            ("pread", { pread(0, &byte, 1, 0) == 1 }), ("pwrite", { pwrite(1, &byte, 1, 0) == 1 }),
            ("lseek", { lseek(0, 0, SEEK_END) > 0 }), ("ftruncate", { ftruncate(1, 0) == 0 }),
            ("fcntl", { fcntl(1, F_GETFL) >= 0 }), ("fstat", { Attempt.call(SYS_fstat, 0, Attempt.zeros) == 0 }),
            ("a clock", { hasClock() }), ("random bytes", { getentropy(&byte, 1) == 0 }),
        ]
        return checks.first { !$0.1() }?.0
    }

    private static func runsThread() -> Bool {
        var thread = pthread_t()
        guard pthread_create(&thread, nil, { _ in malloc(1 << 20) }, nil) == 0 else { return false }
        return pthread_join(thread, nil) == 0
    }

    private static func hasMemory(_ size: Int) -> Bool {
        guard let memory = malloc(size) else { return false }
        memset(memory, 1, size)
        free(memory)
        return true
    }

    private static func hasClock() -> Bool {
        var now = timespec()
        return clock_gettime(CLOCK_MONOTONIC, &now) == 0 && usleep(1) == 0
    }
}
