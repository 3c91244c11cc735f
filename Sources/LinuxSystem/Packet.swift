import Glibc

/// A message that came over a `PacketSocket`, with the descriptors that came along. They are closed with it.
public struct Packet: ~Copyable, Sendable {
    public let bytes: [UInt8]
    public let descriptors: [Int32]

    init(bytes: [UInt8], owning descriptors: [Int32]) {
        self.bytes = bytes
        self.descriptors = descriptors
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
