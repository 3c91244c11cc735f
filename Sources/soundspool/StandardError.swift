import Glibc

/// Standard error, unbuffered; Swift sees C's `stderr` as shared mutable state.
enum StandardError {
    /// One `write(2)`, so that lines of several threads do not mix. Where nobody reads, nothing is to be done.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
