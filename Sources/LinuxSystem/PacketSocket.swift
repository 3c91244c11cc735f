import CLinux
import CLinuxSocket
import Glibc

/// One end of a connection between two processes that keeps the borders of messages and carries descriptors:
/// `unix(7)`, `SOCK_SEQPACKET`.
///
/// Its calls block. One thread may send while another receives.
public final class PacketSocket: Sendable {
    private let descriptor: Descriptor

    public init(owning descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// `socketpair(2)`: this process's end, and the other's to be given away.
    public static func pair() throws(SystemError) -> (here: PacketSocket, there: Int32) {
        var ends: (Int32, Int32) = (-1, -1)
        try systemCall("socketpair") {
            withUnsafeMutableBytes(of: &ends) {
                socketpair(
                    AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0,
                    $0.assumingMemoryBound(to: Int32.self).baseAddress)
            }
        }
        return (PacketSocket(owning: Descriptor(owning: ends.0)), ends.1)
    }

    /// Sends one message, and with it copies of `descriptors`, four at most: `sendmsg(2)`.
    /// - Parameter waits: whether it waits for room where the other end reads nothing.
    /// - Throws: `EPIPE` when the other end is gone, `EAGAIN` when there is no room and it shall not wait.
    public func send(
        _ bytes: some Collection<UInt8>, descriptors: [Int32] = [], waits: Bool = true
    ) throws(SystemError) {
        let bytes = Array(bytes)
        try systemCall("sendmsg") {
            bytes.withUnsafeBytes {
                soundspool_send_packet(
                    descriptor.raw, $0.baseAddress, $0.count, descriptors, descriptors.count, waits ? 1 : 0)
            }
        }
    }

    /// Waits for the next message: `recvmsg(2)`. nil when the other end is gone.
    /// - Parameter limit: the longest message that is taken, in bytes.
    /// - Throws: `EMSGSIZE` for a longer one or more than four descriptors.
    public func receive(limit: Int) throws(SystemError) -> Packet? {
        var bytes = [UInt8](repeating: 0, count: limit)
        var descriptors = [Int32](repeating: -1, count: Int(SOUNDSPOOL_MOST_DESCRIPTORS))
        var descriptorCount = 0
        let count: Int
        do throws(SystemError) {
            count = try systemCall("recvmsg") {
                bytes.withUnsafeMutableBytes {
                    soundspool_receive_packet(
                        descriptor.raw, $0.baseAddress, $0.count, &descriptors, &descriptorCount)
                }
            }
        } catch {
            // The peer ended with messages unread. The kernel says so once, in front of what the peer had sent before.
            if error.code == ECONNRESET { return try receive(limit: limit) }
            throw error
        }
        let packet = Packet(
            bytes: Array(bytes.prefix(count)), owning: Array(descriptors.prefix(descriptorCount)))
        guard count > 0 else { return nil }
        return packet
    }

    /// Whether a message, or the end, is there within `timeout`: `poll(2)`.
    public func waitUntilReadable(atMost timeout: Duration) throws(SystemError) -> Bool {
        var polls = [pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)]
        let (seconds, attoseconds) = max(timeout, .zero).components
        let milliseconds = min(seconds, 3600) * 1000 + attoseconds / 1_000_000_000_000_000
        return try systemCall("poll") { poll(&polls, 1, Int32(milliseconds)) } > 0
    }
}
