import Foundation
import LinuxSystem
import TestSupport
import Testing

struct PacketSocketTests {
    private let here: PacketSocket
    private let there: PacketSocket

    init() throws {
        let (here, there) = try PacketSocket.pair()
        self.here = here
        self.there = PacketSocket(owning: Descriptor(owning: there))
    }

    private func bytes(from socket: PacketSocket) throws -> [UInt8]? {
        guard let packet = try socket.receive(limit: 10) else { return nil }
        return packet.bytes
    }

    @Test func `messages keep their borders and their order`() throws {
        try here.send([1, 2, 3])
        try here.send([4])
        #expect(try bytes(from: there) == [1, 2, 3])
        #expect(try bytes(from: there) == [4])
    }

    @Test func `descriptors come along and are closed with their message`() throws {
        let temporary = try TemporaryDirectory()
        let file = try Descriptor.open(temporary.path + "/file", flags: O_RDWR | O_CREAT, mode: 0o600)
        try here.send([0], descriptors: [file.raw, file.raw])
        var copies: [Int32] = []
        do {
            guard let packet = try there.receive(limit: 10) else {
                Issue.record("nothing came")
                return
            }
            copies = packet.descriptors
            #expect(copies.count == 2)
            for copy in copies {
                #expect(copy != file.raw)
                #expect(try FileStatus(of: copy).identity == file.status().identity)
                #expect(fcntl(copy, F_GETFD) & FD_CLOEXEC != 0)
            }
        }
        _ = try file.status()
        // Nothing else in this process has the file open any more.
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0))?
                .hasSuffix(temporary.path + "/file") == true
        }
        #expect(open == [String(file.raw)])
    }

    @Test func `a message that is too long is an error, and the next one comes`() throws {
        try here.send([UInt8](repeating: 0, count: 11))
        try here.send([1])
        #expect(throws: SystemError.self) { _ = try bytes(from: there) }
        #expect(try bytes(from: there) == [1])
    }

    @Test func `four descriptors are the most`() throws {
        let null = try Descriptor.open("/dev/null", flags: O_RDONLY)
        try here.send([0], descriptors: Array(repeating: null.raw, count: 4))
        guard let packet = try there.receive(limit: 10) else {
            Issue.record("nothing came")
            return
        }
        let count = packet.descriptors.count
        #expect(count == 4)
        #expect(throws: SystemError.self) { try here.send([0], descriptors: Array(repeating: null.raw, count: 5)) }
    }

    @Test func `what the other end said is there, though it ended with messages unread`() throws {
        let (left, right) = try PacketSocket.pair()
        do {
            let other = PacketSocket(owning: Descriptor(owning: right))
            try left.send([1])
            try other.send([2])
        }
        #expect(try bytes(from: left) == [2])
        #expect(try bytes(from: left) == nil)
    }

    @Test func `it is readable when there is a message, and when the other end is gone`() throws {
        #expect(try !there.waitUntilReadable(atMost: .zero))
        try here.send([1])
        #expect(try there.waitUntilReadable(atMost: .seconds(60)))
    }

    @Test func `the end of the other end is the end`() throws {
        let (left, right) = try PacketSocket.pair()
        close(right)
        #expect(try left.waitUntilReadable(atMost: .seconds(60)))
        #expect(try bytes(from: left) == nil)
        #expect(throws: SystemError(call: "sendmsg", subject: "", code: EPIPE)) { try left.send([1]) }
    }
}
