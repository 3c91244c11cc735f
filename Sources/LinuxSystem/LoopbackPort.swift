import CLinuxSocket
import Glibc

/// Ports of 127.0.0.1.
public enum LoopbackPort {
    /// Whether nobody listens there now.
    public static func isFree(_ port: UInt16) -> Bool {
        let raw = socket(AF_INET, soundspool_stream_socket, 0)
        guard raw >= 0 else { return false }
        let descriptor = Descriptor(owning: raw)
        var reuse: Int32 = 1
        setsockopt(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor.raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
