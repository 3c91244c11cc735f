import CLinux
import Glibc

/// Bounds the memory of another process of the same user from outside: `prlimit(2)`, `RLIMIT_AS`.
public enum AddressLimit {
    /// - Parameter bytes: addresses that it may use from now on; it cannot raise this again.
    public static func set(_ bytes: UInt64, of process: Int32) throws(SystemError) {
        try systemCall("prlimit") { soundspool_limit_addresses(process, bytes) }
    }
}
