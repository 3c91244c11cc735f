import Foundation
import LinuxSystem

/// The other end of `sd_notify(3)`.
public final class NotifySocket {
    private let raw: Int32
    private let temporary: TemporaryDirectory

    public init() throws {
        temporary = try TemporaryDirectory()
        let path = temporary.path + "/notify"
        raw = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw SystemError(call: "bind", subject: path, code: errno) }
        setenv("NOTIFY_SOCKET", path, 1)
    }

    deinit { close(raw) }

    /// A datagram to a local socket has arrived when the send returns.
    public func receive() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(raw, &buffer, buffer.count, 0)
        guard count >= 0 else { throw SystemError(call: "recv", subject: "", code: errno) }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
