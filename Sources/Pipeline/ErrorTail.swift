import Domain

/// The last of what a process wrote to standard error. A flood costs a bounded buffer and nothing else.
struct ErrorTail {
    private static let limit = 1024
    private var bytes: [UInt8] = []

    mutating func feed(_ more: UnsafeRawBufferPointer) {
        bytes += more.suffix(Self.limit)
        bytes.removeFirst(max(bytes.count - Self.limit, 0))
    }

    /// On one line, fit to be shown.
    var words: String { String.displaying(bytes) }
}
