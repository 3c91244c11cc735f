import FoundationEssentials
import LinuxSystem

/// The running service as the kernel sees it, `proc(5)`: an administrator's shell has other limits.
struct ServiceProcess {
    /// CAP_LEASE, of `capabilities(7)`.
    private static let lease: UInt64 = 1 << 28

    let id: Int32
    /// `RLIMIT_NOFILE`, the soft limit.
    let mostDescriptors: UInt64?
    /// Its `umask(2)`.
    let fileModeMask: UInt32?
    /// Whether it may ask for leases on files that belong to others.
    let mayLease: Bool?

    /// Nil where no service runs, or where its process cannot be seen.
    /// - Parameter lock: the file that it holds.
    init?(lock: String) {
        guard let id = try? ExclusiveLock.holder(of: lock), id > 0,
            let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        else { return nil }
        self.id = id
        func value(_ key: String) -> Substring? {
            status.split(separator: "\n").first { $0.hasPrefix(key + ":") }?.split(separator: "\t").last
        }
        fileModeMask = value("Umask").flatMap { UInt32($0, radix: 8) }
        mayLease = value("CapEff").flatMap { UInt64($0, radix: 16) }.map { $0 & Self.lease != 0 }
        let limits = try? String(contentsOfFile: "/proc/\(id)/limits", encoding: .utf8)
        let open = limits?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        let soft = open?.split(separator: " ").dropFirst(3).first
        mostDescriptors = soft.flatMap { $0 == "unlimited" ? .max : UInt64($0) }
    }
}
