import Foundation
import LinuxSystem
import TestSupport
import Testing

struct ExclusiveLockTests {
    private let temporary: TemporaryDirectory
    private var path: String { temporary.path + "/lock" }

    init() throws { temporary = try TemporaryDirectory() }

    @Test func `keeps a second one out until it ends`() throws {
        do {
            guard let lock = try ExclusiveLock(path: path) else {
                Issue.record("nobody else holds it")
                return
            }
            #expect(try isLocked())
            withExtendedLifetime(lock) {}
        }
        #expect(try !isLocked())
    }

    @Test func `keeps another process out, and is kept out by it until it is killed`() async throws {
        let path = path
        let other = Process()
        other.executableURL = URL(filePath: "/usr/bin/flock")
        other.arguments = ["--no-fork", path, "/bin/sleep", "600"]
        try other.run()
        try await eventually("the other process holds the lock") { try isLocked() }
        kill(other.processIdentifier, SIGKILL)
        other.waitUntilExit()
        guard let lock = try ExclusiveLock(path: path) else {
            Issue.record("the kernel should have let go")
            return
        }
        #expect(try isTaken(path))
        withExtendedLifetime(lock) {}
    }

    @Test func `the holder is known while it holds, and asking takes nothing`() throws {
        #expect(try ExclusiveLock.holder(of: path) == nil)
        do {
            guard let lock = try ExclusiveLock(path: path) else {
                Issue.record("nobody else holds it")
                return
            }
            #expect(try ExclusiveLock.holder(of: path) == getpid())
            #expect(try isTaken(path))
            withExtendedLifetime(lock) {}
        }
        #expect(try ExclusiveLock.holder(of: path) == nil)
        #expect(try !isTaken(path))
    }

    @Test func `whoever only asks keeps nobody out`() throws {
        let path = path
        try Data().write(to: URL(filePath: path))
        let asking = Thread { while !Thread.current.isCancelled { _ = try? ExclusiveLock.holder(of: path) } }
        asking.start()
        defer { asking.cancel() }
        for _ in 0..<50 { #expect(try !isLocked()) }
    }

    @Test func `one that waits gets its turn when the other ends`() async throws {
        let directory = temporary.path
        let other = Process()
        other.executableURL = URL(filePath: "/usr/bin/flock")
        other.arguments = ["--no-fork", directory, "/bin/sleep", "600"]
        try other.run()
        try await eventually("the other process holds the lock") { try isTaken(directory) }
        let holder = other.processIdentifier
        Thread.detachNewThread { kill(holder, SIGKILL) }
        let lock = try ExclusiveLock(waitingForDirectory: directory)
        other.waitUntilExit()
        #expect(try isTaken(directory))
        withExtendedLifetime(lock) {}
    }

    @Test func `a lock that cannot be made is an error`() {
        #expect(throws: SystemError.self) { _ = try ExclusiveLock(path: "/nowhere/lock") }
        #expect(throws: SystemError.self) { _ = try ExclusiveLock(waitingForDirectory: "/nowhere") }
    }

    /// By `flock(1)`, another process.
    private func isTaken(_ path: String) throws -> Bool {
        let late = Process()
        late.executableURL = URL(filePath: "/usr/bin/flock")
        late.arguments = ["--nonblock", "--conflict-exit-code", "9", path, "/bin/true"]
        try late.run()
        late.waitUntilExit()
        return late.terminationStatus == 9
    }

    private func isLocked() throws -> Bool {
        guard let lock = try ExclusiveLock(path: path) else { return true }
        withExtendedLifetime(lock) {}
        return false
    }
}
