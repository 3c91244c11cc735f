import CLinux
import Glibc

/// A queue of hints that directories changed: `inotify(7)`. It says only *look*; it drops events when it overflows,
/// coalesces equal neighbours, and sees nothing of what other machines do on a network file system.
public struct Inotify: ~Copyable, Sendable {
    public struct Event: Sendable, Hashable {
        /// The watch that `watch(_:)` returned; nil when the queue overflowed and anything may have changed.
        public let watch: Int32?
        /// The name in the watched directory, empty for the directory itself.
        public let name: [UInt8]
        /// A finished file was renamed to this name: strong evidence that it is whole.
        public let isArrivalByRename: Bool
        /// Somebody who had the file open for writing closed it.
        public let isClosedAfterWriting: Bool
        public let isDirectory: Bool
        /// The watched directory is gone, and its watch with it.
        public let isWatchGone: Bool
    }

    private let descriptor: Descriptor

    public init() throws(SystemError) {
        descriptor = Descriptor(
            owning: try systemCall("inotify_init1") { inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC)) }
        )
    }

    /// Readable while events wait; for `poll(2)` or a dispatch source, which must end before this value does.
    public var readable: Int32 { descriptor.raw }

    /// Watches an open directory for whatever can change what a scan would find. Watching it again returns the same
    /// number. Fails with ENOSPC at `fs.inotify.max_user_watches`.
    public func watch(_ directory: borrowing BeneathDirectory) throws(SystemError) -> Int32 {
        let raw = directory.descriptor.raw
        let mask =
            IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE
            | IN_DELETE_SELF
            | IN_MOVE_SELF | IN_ONLYDIR
        // By descriptor, so that no name is looked up again after the directory was opened.
        return try systemCall("inotify_add_watch") {
            inotify_add_watch(descriptor.raw, "/proc/self/fd/\(raw)", UInt32(bitPattern: mask))
        }
    }

    /// The kernel forgets a watch by itself when its directory is removed; then this changes nothing.
    public func unwatch(_ watch: Int32) { inotify_rm_watch(descriptor.raw, watch) }

    /// The most that one `read()` takes, more than the kernel's queue holds: whoever makes events without end cannot hold
    /// the reader for ever.
    private static let most = 20_000

    /// The events that wait, none if there are none; where there are very many, the first of them.
    public func read() throws(SystemError) -> [Event] {
        var events: [Event] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while events.count < Self.most {
            let count: Int
            do throws(SystemError) {
                count = try systemCall("read") {
                    buffer.withUnsafeMutableBytes { Glibc.read(descriptor.raw, $0.baseAddress, $0.count) }
                }
            } catch  where error.code == EAGAIN {
                return events
            }
            guard count > 0 else { return events }
            buffer.withUnsafeBytes { Self.parse(UnsafeRawBufferPointer(rebasing: $0[..<count]), into: &events) }
        }
        return events
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer, into events: inout [Event]) {
        let header = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + header <= bytes.count {
            let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let end = offset + header + Int(event.len)
            guard end <= bytes.count else { return }
            let name = bytes[(offset + header)..<end].prefix { $0 != 0 }
            func has(_ flag: Int32) -> Bool { event.mask & UInt32(bitPattern: flag) != 0 }
            events.append(
                Event(
                    watch: has(IN_Q_OVERFLOW) ? nil : event.wd, name: Array(name),
                    isArrivalByRename: has(IN_MOVED_TO), isClosedAfterWriting: has(IN_CLOSE_WRITE),
                    isDirectory: has(IN_ISDIR), isWatchGone: has(IN_IGNORED)))
            offset = end
        }
    }
}
