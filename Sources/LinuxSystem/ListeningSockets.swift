import CLinuxSocket
import CSystemd
import Glibc

/// The sockets that systemd listens on for the service, and keeps while it is restarted: `sd_listen_fds(3)`.
public enum ListeningSockets {
    /// The descriptors of those that take connections, in the order of the socket unit; whoever takes them closes them.
    /// None where systemd passed none. Only the first call gets them, and programs that are started later do not.
    public static func take() -> [Int32] {
        let count = sd_listen_fds(1)
        guard count > 0 else { return [] }
        // SD_LISTEN_FDS_START
        return (3..<(3 + count)).filter { sd_is_socket($0, AF_UNSPEC, soundspool_stream_socket, 1) > 0 }
    }
}
