import CLinux
import Glibc

/// What this machine lets the service do.
public enum Machine {
    /// Whether something keeps the clock right: `adjtimex(2)`, STA_UNSYNC.
    public static var isClockSynchronized: Bool { soundspool_clock_is_synchronized() != 0 }

    /// `RLIMIT_NOFILE`: the soft limit.
    public static var mostDescriptors: UInt64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return UInt64(limit.rlim_cur)
    }

    /// A number in /proc/sys, like `fs/inotify/max_user_watches`.
    public static func kernelSetting(_ name: String) -> Int? {
        guard let file = try? Descriptor.open("/proc/sys/" + name, flags: O_RDONLY),
            let bytes = try? file.readAll(limit: 64)
        else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self).filter { $0.isNumber })
    }

    /// How much of the file system that holds `path` is free for this user, 0 to 1, and bytes: `statvfs(3)`.
    public static func freeSpace(at path: String) throws(SystemError) -> (fraction: Double, bytes: UInt64) {
        var status = statvfs()
        try systemCall("statvfs", path) { statvfs(path, &status) }
        let fraction = Double(status.f_bavail) / Double(max(1, status.f_blocks))
        return (fraction, UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }
}
