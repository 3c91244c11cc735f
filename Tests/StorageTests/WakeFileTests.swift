import LinuxSystem
import TestSupport
import Testing

@testable import Storage

struct WakeFileTests {
    @Test func `a touch is seen by whoever watches the directory, each time`() throws {
        let temporary = try TemporaryDirectory()
        let file = WakeFile(state: temporary.path)
        let inotify = try Inotify()
        let watch = try inotify.watch(try file.directory())
        for _ in 0..<3 {
            try WakeFile(state: temporary.path).touch()
            #expect(try inotify.read().contains { $0.watch == watch })
        }
    }

    @Test func `a touch needs no service that made the directory`() throws {
        let temporary = try TemporaryDirectory()
        try WakeFile(state: temporary.path).touch()
        try WakeFile(state: temporary.path).touch(.letters)
        let names = try WakeFile(state: temporary.path).directory().entries()
        #expect(Set(names) == ["changed".bytes, "letters".bytes])
    }

    @Test func `without a state directory it is an error`() {
        #expect(throws: SystemError.self) { try WakeFile(state: "/nowhere/state").touch() }
    }
}
