import CLinux
import Glibc

/// How many descriptors this process may have open at a time: `RLIMIT_NOFILE`.
///
/// systemd leaves the soft limit at 1024, because `select(2)` fails beyond; the service does not use it and has a
/// descriptor for every connection.
public enum DescriptorLimit {
    /// Raises the soft limit to the hard one: `setrlimit(2)`. Returns what it is now.
    public static func raise() throws(SystemError) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        try systemCall("getrlimit") { getrlimit(resource, &limit) }
        limit.rlim_cur = limit.rlim_max
        try systemCall("setrlimit") { setrlimit(resource, &limit) }
        return Int(clamping: limit.rlim_cur)
    }
}
