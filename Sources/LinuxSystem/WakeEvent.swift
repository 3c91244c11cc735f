import CLinux
import Glibc

/// Lets any thread wake one that waits in `poll(2)`: `eventfd(2)`.
public final class WakeEvent: Sendable {
    private let descriptor: Descriptor

    public init() throws(SystemError) {
        descriptor = Descriptor(
            owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)) })
    }

    /// Never blocks: a counter that is full wakes just as well.
    public func signal() {
        var one: UInt64 = 1
        _ = write(descriptor.raw, &one, MemoryLayout<UInt64>.size)
    }

    /// Blocks the calling thread until `signal()` was called, `other` is readable, or the time is over. Signals that
    /// came before count, once.
    public func wait(orReadable other: Int32?, atMost timeout: Duration) throws(SystemError) {
        var polls = [
            pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        // Rounded up, so that a wait for a moment does not end just before it.
        let (seconds, attoseconds) = max(timeout, .zero).components
        let milliseconds = min(seconds, 3600) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        try systemCall("poll") { poll(&polls, nfds_t(polls.count), Int32(milliseconds)) }
        var count: UInt64 = 0
        _ = read(descriptor.raw, &count, MemoryLayout<UInt64>.size)
    }
}
