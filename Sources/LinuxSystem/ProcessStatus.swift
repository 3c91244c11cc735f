import Glibc

/// What the kernel tells of another process, for as long as it is there: `/proc/PID/status` (`proc(5)`).
///
/// It is opened once: of a process that made itself not dumpable, a later look is refused where `/proc` hides processes.
public final class ProcessStatus: Sendable {
    private let file: Descriptor

    public init(of process: Int32) throws(SystemError) {
        file = try Descriptor.open("/proc/\(process)/status", flags: O_RDONLY)
    }

    /// How many threads it has; nil once it has ended.
    public var threads: Int? {
        withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { buffer in
            guard let count = try? file.fill(buffer, at: 0) else { return nil }
            let lines = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n")
            return lines.first { $0.hasPrefix("Threads:") }.flatMap { Int($0.dropFirst(8).trimmed) }
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring { drop { $0 == "\t" || $0 == " " } }
}
