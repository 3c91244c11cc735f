import Foundation
import LinuxSystem
import TestSupport
import Testing

/// Listens as systemd does, on a datagram socket that `$NOTIFY_SOCKET` names. The environment is a whole process's, so
/// each test is one.
struct ServiceManagerTests {
    @Test func `tells systemd in its own words`() async {
        await #expect(processExitsWith: .success) {
            let socket = try NotifySocket()
            ServiceManager.ready()
            #expect(try socket.receive() == "READY=1")
            ServiceManager.alive()
            #expect(try socket.receive() == "WATCHDOG=1")
            ServiceManager.stopping()
            #expect(try socket.receive() == "STOPPING=1")
        }
    }

    @Test func `a status is one line, whatever is in it`() async {
        await #expect(processExitsWith: .success) {
            let socket = try NotifySocket()
            ServiceManager.status("2 waiting\nREADY=1\nMAINPID=1")
            #expect(try socket.receive() == "STATUS=2 waiting READY=1 MAINPID=1")
        }
    }

    @Test func `says nothing where nobody asked`() async {
        await #expect(processExitsWith: .success) {
            let socket = try NotifySocket()
            unsetenv("NOTIFY_SOCKET")
            ServiceManager.ready()
            #expect(throws: SystemError.self) { try socket.receive() }
        }
    }

    @Test func `knows half the watchdog's time`() async {
        await #expect(processExitsWith: .success) {
            #expect(ServiceManager.watchdogInterval == nil)
            setenv("WATCHDOG_USEC", "30000000", 1)
            setenv("WATCHDOG_PID", "\(getpid())", 1)
            #expect(ServiceManager.watchdogInterval == .seconds(15))
            // The message was for another process.
            setenv("WATCHDOG_PID", "1", 1)
            #expect(ServiceManager.watchdogInterval == nil)
        }
    }
}

/// The other end of `sd_notify(3)`.
private final class NotifySocket {
    private let raw: Int32
    private let temporary: TemporaryDirectory

    init() throws {
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
    func receive() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(raw, &buffer, buffer.count, 0)
        guard count >= 0 else { throw SystemError(call: "recv", subject: "", code: errno) }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
