import CLinuxSocket
import Glibc

/// Whether others can be found and reached. Its calls block.
public enum Network {
    /// Whether the name has an address: `getaddrinfo(3)`. Nil, or why not.
    public static func objection(toName host: String) -> String? {
        addresses(of: host, port: nil) { _ in nil }
    }

    /// Connects within `seconds` to the first address of `host` that answers, and lets go. Nil, or why not.
    public static func objection(toConnecting host: String, port: Int, seconds: Int32) -> String? {
        addresses(of: host, port: String(port)) { first in
            var next: UnsafeMutablePointer<addrinfo>? = first
            var objection = "it has no address"
            while let info = next {
                do throws(SystemError) {
                    return try connect(info.pointee, milliseconds: seconds * 1000)
                } catch {
                    objection = "\(error)"
                }
                next = info.pointee.ai_next
            }
            return objection
        }
    }

    private static func addresses(
        of host: String, port: String?, _ body: (UnsafeMutablePointer<addrinfo>) -> String?
    ) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = soundspool_stream_socket
        var found: UnsafeMutablePointer<addrinfo>?
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let code = getaddrinfo(bare, port, &hints, &found)
        guard code == 0, let found else { return String(cString: gai_strerror(code)) }
        defer { freeaddrinfo(found) }
        return body(found)
    }

    private static func connect(_ info: addrinfo, milliseconds: Int32) throws(SystemError) -> String? {
        let socket = Descriptor(
            owning: try systemCall("socket") {
                Glibc.socket(
                    info.ai_family, info.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
            })
        if Glibc.connect(socket.raw, info.ai_addr, info.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { throw SystemError(call: "connect", subject: "", code: errno) }
        var polls = [pollfd(fd: socket.raw, events: Int16(POLLOUT), revents: 0)]
        guard try systemCall("poll", "", { poll(&polls, 1, milliseconds) }) > 0 else {
            throw SystemError(call: "connect", subject: "", code: ETIMEDOUT)
        }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        try systemCall("getsockopt") { getsockopt(socket.raw, SOL_SOCKET, SO_ERROR, &code, &length) }
        guard code == 0 else { throw SystemError(call: "connect", subject: "", code: code) }
        return nil
    }
}
