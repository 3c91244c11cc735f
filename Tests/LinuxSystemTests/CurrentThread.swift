import Foundation

/// Which thread this is, as the kernel counts them. `pthread_self(3)` does not do: it is declared `const`, so the
/// compiler may call it before the code around it has changed threads.
func currentThread() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
}
