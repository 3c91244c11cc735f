import Foundation
import LinuxSystem
import TestSupport
import Testing

struct InotifyTests {
    private let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    /// Nobody closes it later, which would be news.
    private func write(_ name: String) throws {
        try Data("x".utf8).write(to: temporary.url.appending(path: name))
        try waitUntilClosed(temporary.path + "/" + name)
    }

    @Test func `is silent while nothing happens`() throws {
        let inotify = try Inotify()
        _ = try inotify.watch(try BeneathDirectory(path: temporary.path))
        #expect(try inotify.read().isEmpty)
    }

    @Test func `tells of a file that is made, written and closed`() throws {
        let inotify = try Inotify()
        let root = try BeneathDirectory(path: temporary.path)
        let watch = try inotify.watch(root)
        let file = try root.open("film".bytes, flags: O_WRONLY | O_CREAT, mode: 0o600)
        #expect(try !inotify.read().isEmpty, "made")
        try file.writeAll("x".utf8)
        #expect(try !inotify.read().isEmpty, "written")
        _ = consume file
        try waitUntilClosed(temporary.path + "/film")
        let closed = try inotify.read()
        #expect(closed.map(\.name) == ["film".bytes])
        #expect(closed.allSatisfy { $0.watch == watch && !$0.isArrivalByRename && !$0.isDirectory && !$0.isWatchGone })
    }

    @Test func `reading and closing a file is nobody's news`() throws {
        try write("film")
        let inotify = try Inotify()
        let root = try BeneathDirectory(path: temporary.path)
        _ = try inotify.watch(root)
        _ = try root.open("film".bytes, flags: O_RDONLY).readAll(limit: 10)
        #expect(try inotify.read().isEmpty)
    }

    /// WinSCP's way of finishing, which makes no other event.
    @Test func `tells of a second name`() throws {
        try write("film.filepart")
        let inotify = try Inotify()
        let root = try BeneathDirectory(path: temporary.path)
        _ = try inotify.watch(root)
        try root.link("film.filepart".bytes, to: "film".bytes, in: root)
        #expect(try inotify.read().contains { $0.name == "film".bytes })
    }

    @Test func `marks the new name of a rename`() throws {
        try write("film.part")
        let inotify = try Inotify()
        let root = try BeneathDirectory(path: temporary.path)
        _ = try inotify.watch(root)
        try root.rename("film.part".bytes, to: "film".bytes, in: root)
        let events = try inotify.read()
        #expect(events.filter(\.isArrivalByRename).map(\.name) == ["film".bytes])
        #expect(events.filter { !$0.isArrivalByRename }.map(\.name) == ["film.part".bytes])
    }

    @Test func `tells of changed times and modes, and of removal`() throws {
        try write("film")
        let inotify = try Inotify()
        _ = try inotify.watch(try BeneathDirectory(path: temporary.path))
        #expect(chmod(temporary.path + "/film", 0o640) == 0)
        #expect(try inotify.read().map(\.name) == ["film".bytes])
        #expect(unlink(temporary.path + "/film") == 0)
        #expect(try inotify.read().contains { $0.name == "film".bytes })
    }

    @Test func `tells folders from files, and one folder from another`() throws {
        let inotify = try Inotify()
        let root = try BeneathDirectory(path: temporary.path)
        let first = try inotify.watch(root)
        let folder = try root.makingDirectories("folder".bytes)
        #expect(try inotify.read().contains { $0.name == "folder".bytes && $0.isDirectory })
        let second = try inotify.watch(folder)
        #expect(first != second)
        #expect(try inotify.watch(root) == first)
        _ = try folder.open("film".bytes, flags: O_WRONLY | O_CREAT, mode: 0o600)
        #expect(try inotify.read().allSatisfy { $0.watch == second })
    }

    @Test func `says when a watched folder is gone`() throws {
        let inotify = try Inotify()
        let root = try BeneathDirectory(path: temporary.path)
        let watch = try inotify.watch(try root.makingDirectories("folder".bytes))
        try root.removeDirectory("folder".bytes)
        let events = try inotify.read()
        #expect(events.contains { $0.watch == watch && $0.isWatchGone })
        #expect(events.allSatisfy { $0.name.isEmpty })
        inotify.unwatch(watch)
    }

    @Test func `is silent about a folder after unwatch`() throws {
        let inotify = try Inotify()
        let root = try BeneathDirectory(path: temporary.path)
        inotify.unwatch(try inotify.watch(root))
        _ = try inotify.read()
        _ = try root.open("film".bytes, flags: O_WRONLY | O_CREAT, mode: 0o600)
        #expect(try inotify.read().isEmpty)
    }

    /// The queue holds `fs.inotify.max_queued_events`, 16,384 as the kernel comes.
    @Test func `says when events were lost`() throws {
        let inotify = try Inotify()
        let root = try BeneathDirectory(path: temporary.path)
        _ = try inotify.watch(root)
        for number in 0..<20_000 {
            _ = try root.open("\(number)".bytes, flags: O_WRONLY | O_CREAT, mode: 0o600)
        }
        let events = try inotify.read()
        #expect(events.filter { $0.watch == nil }.count == 1)
        #expect(Set(events.map(\.name)).count < 20_000)
        _ = try root.open("later".bytes, flags: O_WRONLY | O_CREAT, mode: 0o600)
        #expect(try inotify.read().contains { $0.name == "later".bytes && $0.watch != nil })
    }
}
