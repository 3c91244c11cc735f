import Domain

/// The last of what a process wrote to standard error, for the journal. A flood costs a bounded buffer and nothing else.
struct ErrorTail: Sendable {
    private static let limit = 1024
    /// Bytes that a process may write in its life. A converter has nothing to say there unless it crashes.
    private static let most = 1 << 20
    private var bytes: [UInt8] = []
    private var count = 0

    mutating func feed(_ more: UnsafeRawBufferPointer) {
        count += more.count
        bytes += more.suffix(Self.limit)
        bytes.removeFirst(max(bytes.count - Self.limit, 0))
    }

    /// Whether it wrote more than it should.
    var isFlood: Bool { count > Self.most }

    /// On one line, fit to be shown.
    var words: String { String.displaying(bytes) }
}
