import Foundation
import LinuxSystem
import TestSupport
import Testing

/// A directory `home` with a stranger's directory `outside` beside it.
struct BeneathDirectoryTests {
    private let temporary: TemporaryDirectory
    private var home: String { temporary.path + "/home" }
    private var outside: String { temporary.path + "/outside" }

    init() throws {
        temporary = try TemporaryDirectory()
        for path in ["/home/folder", "/outside"] {
            try FileManager.default.createDirectory(
                atPath: temporary.path + path, withIntermediateDirectories: true)
        }
        for path in ["/home/file", "/home/folder/file", "/outside/secret"] {
            try Data(path.utf8).write(to: URL(filePath: temporary.path + path))
        }
        try FileManager.default.createSymbolicLink(atPath: home + "/way", withDestinationPath: "../outside")
        try FileManager.default.createSymbolicLink(atPath: home + "/short", withDestinationPath: "folder")
        try FileManager.default.createSymbolicLink(atPath: home + "/folder/deep", withDestinationPath: outside)
        try FileManager.default.createSymbolicLink(atPath: home + "/link", withDestinationPath: outside + "/secret")
    }

    /// Each thing that can be done with a path.
    enum Action: CaseIterable {
        case open, create, directory, makeDirectories, status, has, renameFrom, renameTo, linkFrom, linkTo, remove
        case removeDirectory

        func callAsFunction(_ path: String, in home: borrowing BeneathDirectory) -> Int32? {
            let path = path.bytes
            return failure { () throws(SystemError) in
                switch self {
                case .open: _ = try home.open(path, flags: O_RDONLY)
                case .create: _ = try home.open(path, flags: O_WRONLY | O_CREAT, mode: 0o600)
                case .directory: _ = try home.directory(path)
                case .makeDirectories: _ = try home.makingDirectories(path)
                case .status: _ = try home.status(path)
                case .has: _ = try home.has(path)
                case .renameFrom: try home.rename(path, to: "taken-out".bytes, in: home)
                case .renameTo: try home.rename("file".bytes, to: path, in: home)
                case .linkFrom: try home.link(path, to: "second".bytes, in: home)
                case .linkTo: try home.link("file".bytes, to: path, in: home)
                case .remove: try home.remove(path)
                case .removeDirectory: try home.removeDirectory(path)
                }
            }
        }
    }

    @Test(arguments: Action.allCases, ["../outside/secret", "folder/../../outside/secret"])
    func `refuses a way up`(action: Action, path: String) throws {
        #expect(action(path, in: try BeneathDirectory(path: home)) == EXDEV)
        try expectOutsideUntouched()
    }

    @Test(
        arguments: Action.allCases.filter { $0 != .has }, ["way/secret", "way/new", "folder/deep/secret", "short/file"])
    func `refuses links in the middle of a path`(action: Action, path: String) throws {
        let code = action(path, in: try BeneathDirectory(path: home))
        #expect(code == ELOOP || code == ENOTDIR)
        try expectOutsideUntouched()
    }

    @Test func `there is nothing behind a link`() throws {
        let root = try BeneathDirectory(path: home)
        for path in ["way/secret", "folder/deep/secret", "short/file"] { #expect(try !root.has(path.bytes)) }
    }

    @Test(arguments: Action.allCases.filter { $0 != .makeDirectories })
    func `refuses absolute paths`(action: Action) throws {
        #expect(action(outside + "/secret", in: try BeneathDirectory(path: home)) == EXDEV)
        try expectOutsideUntouched()
    }

    /// The last component is not resolved by openat2(2), so `..` is refused before.
    @Test(arguments: [Action.status, .has], ["..", "folder/.."])
    func `says nothing of the directory above`(action: Action, path: String) throws {
        #expect(action(path, in: try BeneathDirectory(path: home)) == EXDEV)
    }

    @Test(arguments: [Action.open, .directory, .makeDirectories, .create], ["link", "way"])
    func `does not follow a link at the end`(action: Action, path: String) throws {
        let code = action(path, in: try BeneathDirectory(path: home))
        #expect(code == ELOOP || code == ENOTDIR)
        try expectOutsideUntouched()
    }

    @Test func `reports, renames and removes the link itself`() throws {
        let root = try BeneathDirectory(path: home)
        #expect(try root.status("link".bytes).kind == .symbolicLink)
        try root.rename("link".bytes, to: "moved".bytes, in: root)
        #expect(try root.status("moved".bytes).kind == .symbolicLink)
        try root.link("moved".bytes, to: "again".bytes, in: root)
        #expect(try root.status("again".bytes).kind == .symbolicLink)
        try root.remove("moved".bytes)
        try root.remove("again".bytes)
        try expectOutsideUntouched()
    }

    @Test func `a move that broke off between two names is finished`() throws {
        let root = try BeneathDirectory(path: home)
        try root.link("file".bytes, to: "second".bytes, in: root)
        try root.rename("file".bytes, to: "second".bytes, in: root)
        #expect(try !root.has("file".bytes))
        #expect(try root.status("second".bytes).links == 1)
        let itself = failure { () throws(SystemError) in try root.rename("second".bytes, to: "second".bytes, in: root) }
        #expect(itself == EEXIST)
        let another = failure { () throws(SystemError) in
            try root.rename("second".bytes, to: "folder/file".bytes, in: root)
        }
        #expect(another == EEXIST)
        #expect(try root.has("second".bytes))
    }

    @Test(arguments: ["proc", "proc/self", "proc/1/root"])
    func `stays on its file system`(path: String) throws {
        let root = try BeneathDirectory(path: "/")
        #expect(Action.directory(path, in: root) == EXDEV)
    }

    @Test func `does not follow the kernel's own links`() throws {
        let root = try BeneathDirectory(path: "/proc/self")
        #expect(Action.directory("cwd", in: root) == ENOTDIR)
        #expect(Action.open("cwd/tmp", in: root) == ELOOP)
        #expect(Action.open("fd/0", in: root) == ELOOP)
    }

    @Test func `opens what is below`() throws {
        let root = try BeneathDirectory(path: home)
        #expect(try root.open("folder/file".bytes, flags: O_RDONLY).readAll(limit: 100) == "/home/folder/file".bytes)
        #expect(try root.directory("folder".bytes).entries().sorted { $0.count < $1.count }.map { $0.count } == [4, 4])
        #expect(try root.directory([]).status().identity == root.status().identity)
    }

    @Test func `opening a FIFO does not wait for its other end`() throws {
        #expect(mkfifo(home + "/pipe", 0o600) == 0)
        let root = try BeneathDirectory(path: home)
        #expect(try root.open("pipe".bytes, flags: O_RDONLY).status().kind == .fifo)
    }

    private func expectOutsideUntouched() throws {
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["secret"])
        #expect(try String(contentsOfFile: outside + "/secret", encoding: .utf8) == "/outside/secret")
    }
}
