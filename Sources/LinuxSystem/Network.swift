import CLinuxSocket
import Glibc

/// Whether others can be found. Its calls block.
public enum Network {
    /// Whether the name has an address: `getaddrinfo(3)`. Nil, or why not.
    public static func objection(toName host: String) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = soundspool_stream_socket
        var found: UnsafeMutablePointer<addrinfo>?
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let code = getaddrinfo(bare, nil, &hints, &found)
        guard code == 0, let found else { return String(cString: gai_strerror(code)) }
        freeaddrinfo(found)
        return nil
    }
}
