import CLinux
import CSystemd
import Glibc

/// What the service tells systemd: `sd_notify(3)`. Without a systemd that asked (`$NOTIFY_SOCKET`) every call does
/// nothing.
public enum ServiceManager {
    public static func ready() { notify("READY=1") }

    public static func stopping() { notify("STOPPING=1") }

    /// The configuration is being looked at again; `ready()` ends that. For a systemd of 253 or later, which asks by
    /// itself, with the time: `sd_notify(3)`, RELOADING=1.
    public static func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        notify("RELOADING=1\nMONOTONIC_USEC=\(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)")
    }

    /// One line for `systemctl status`.
    public static func status(_ text: String) {
        notify("STATUS=" + text.replacing("\n", with: " "))
    }

    /// The watchdog's sign of life.
    public static func alive() { notify("WATCHDOG=1") }

    /// How often systemd expects a sign of life, half of `WatchdogSec=`; nil where it expects none.
    /// `sd_watchdog_enabled(3)`.
    public static var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return .microseconds(Int64(microseconds) / 2)
    }

    private static func notify(_ state: String) { sd_notify(0, state) }
}
