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
