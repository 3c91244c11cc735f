import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import LinuxSystem
import Logging
import NIOCore
import ServiceLifecycle
import TestSupport
import Testing

@testable import Web

/// A socket that listens on loopback for as long as the value lives, as systemd's does.
private final class ListeningSocket: Sendable {
    let raw: Int32
    let port: UInt16

    init() throws {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.raw = raw
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(raw, $0, size) == 0 && listen(raw, 100) == 0 ? getsockname(raw, $0, &size) : -1
            }
        }
        guard result == 0 else { throw SystemError(call: "bind", subject: "127.0.0.1", code: errno) }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(raw) }

    var url: String { "http://127.0.0.1:\(port)/" }
}

/// Answers with `word` once `gate` is open, and says when it was asked.
private struct Answerer {
    let word: String
    let asked = AsyncStream<Void>.makeStream()
    let gate = AsyncStream<Void>.makeStream()

    func group(on socket: ListeningSocket) -> ServiceGroup {
        let count = ConnectionCount(limits: WebSettings.Connections(), trusted: [])
        let connection = HTTP1Channel(
            idleTimeout: .seconds(60), rate: WebSettings.MinimumRate(), limit: 100, count: count
        ) {
            [self] _, writer, _ in
            asked.continuation.yield()
            for await _ in gate.stream { break }
            try await writer.write(
                response: HTTPResponse(status: .ok), body: ResponseBody(byteBuffer: ByteBuffer(string: word)))
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = ListeningServer(descriptor: dup(socket.raw), connection: connection, logger: logger) { _ in }
        return ServiceGroup(configuration: .init(services: [server], logger: logger))
    }
}

struct ListeningServerTests {
    private let socket: ListeningSocket

    init() throws { socket = try ListeningSocket() }

    private func fetch() -> Task<Program.Result, any Error> {
        let url = socket.url
        return Task { try await Program("/usr/bin/curl").run(["--silent", "--show-error", "--max-time", "60", url]) }
    }

    @Test func `one service after another answers on the same socket, and nobody is refused in between`() async throws {
        let (first, second) = (Answerer(word: "first"), Answerer(word: "second"))
        let before = fetch()
        let group = first.group(on: socket)
        let serving = Task { try await group.run() }
        // A request that is going on when the stop comes is answered.
        for await _ in first.asked.stream { break }
        await group.triggerGracefulShutdown()
        first.gate.continuation.finish()
        #expect(try await before.value.output == "first")
        try await serving.value

        // Nobody serves, and a connection is made all the same.
        let between = fetch()
        second.gate.continuation.finish()
        let next = second.group(on: socket)
        let servingAgain = Task { try await next.run() }
        #expect(try await between.value.output == "second")
        #expect(try await fetch().value.output == "second")
        await next.triggerGracefulShutdown()
        try await servingAgain.value
    }

    @Test func `without systemd there is no socket to take`() async {
        await #expect(processExitsWith: .success) {
            #expect(ListeningSockets.take().isEmpty)
            // What was passed to another process is not ours.
            setenv("LISTEN_FDS", "1", 1)
            setenv("LISTEN_PID", "1", 1)
            #expect(ListeningSockets.take().isEmpty)
        }
    }
}
