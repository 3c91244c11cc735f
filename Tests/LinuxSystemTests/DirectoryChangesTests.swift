import Foundation
import LinuxSystem
import TestSupport
import Testing

/// What `BeneathDirectory` changes.
struct DirectoryChangesTests {
    private let temporary: TemporaryDirectory

    init() throws {
        temporary = try TemporaryDirectory()
        try write("one", to: "a")
        try write("two", to: "b")
    }

    @Test func `rename and link never replace`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        #expect(failure { () throws(SystemError) in try root.rename("a".bytes, to: "b".bytes, in: root) } == EEXIST)
        #expect(failure { () throws(SystemError) in try root.link("a".bytes, to: "b".bytes, in: root) } == EEXIST)
        #expect(try read("a") == "one")
        #expect(try read("b") == "two")
    }

    @Test func `a link to nowhere takes a name too`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try FileManager.default.createSymbolicLink(atPath: temporary.path + "/c", withDestinationPath: "nowhere")
        #expect(try root.has("c".bytes))
        #expect(failure { () throws(SystemError) in try root.rename("a".bytes, to: "c".bytes, in: root) } == EEXIST)
        #expect(failure { () throws(SystemError) in try root.link("a".bytes, to: "c".bytes, in: root) } == EEXIST)
    }

    @Test func `rename moves between directories`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        let folder = try root.makingDirectories("x/y".bytes)
        try root.rename("a".bytes, to: "c".bytes, in: folder)
        #expect(try read("x/y/c") == "one")
        #expect(try !root.has("a".bytes))
        try root.rename("x/y/c".bytes, to: "a".bytes, in: root)
        #expect(try read("a") == "one")
    }

    @Test func `link gives a second name to one file`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try root.link("a".bytes, to: "c".bytes, in: root)
        #expect(try root.status("c".bytes).identity == root.status("a".bytes).identity)
        #expect(try root.status("a".bytes).links == 2)
    }

    @Test func `replace does replace`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try root.replace("b".bytes, with: "a".bytes)
        #expect(try read("b") == "one")
        #expect(try !root.has("a".bytes))
    }

    @Test func `makes the directories that are missing`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        _ = try root.makingDirectories("x".bytes)
        let deep = try root.makingDirectories("x/y/z".bytes)
        #expect(try deep.status().identity == root.status("x/y/z".bytes).identity)
        #expect(try root.makingDirectories("x/y/z".bytes).status().identity == deep.status().identity)
        #expect(try root.makingDirectories([]).status().identity == root.status().identity)
    }

    @Test func `does not make a directory where a file is`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        let code = failure { () throws(SystemError) in _ = try root.makingDirectories("a/x".bytes) }
        #expect(code == ENOTDIR)
        #expect(try read("a") == "one")
    }

    @Test func `removing what is gone is no error, and a full directory stays`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try root.remove("a".bytes)
        try root.remove("a".bytes)
        try root.remove("nowhere/a".bytes)
        _ = try root.makingDirectories("x/y".bytes)
        #expect(failure { () throws(SystemError) in try root.removeDirectory("x".bytes) } == ENOTEMPTY)
        #expect(failure { () throws(SystemError) in try root.remove("x".bytes) } == EISDIR)
        #expect(try root.has("x/y".bytes))
    }

    @Test func `tells whether a name is there`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        #expect(try root.has("a".bytes))
        #expect(try !root.has("z".bytes))
        #expect(try !root.has("z/a".bytes))
        #expect(try !root.has("a/z".bytes))
    }

    @Test func `sets its own mode`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try root.makingDirectories("x".bytes).setMode(0o700)
        #expect(try root.status("x".bytes).mode == 0o700)
    }

    @Test func `lists every name once, whatever its bytes`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        let folder = try root.makingDirectories("x".bytes)
        let names: [[UInt8]] = [[0xFF], "…".bytes, "...".bytes, ".hidden".bytes, "new\nline".bytes]
        for name in names { _ = try folder.open(name, flags: O_WRONLY | O_CREAT, mode: 0o600) }
        #expect(try Set(folder.entries()) == Set(names))
        #expect(try folder.entries().count == names.count)
    }

    @Test func `removes a tree without following its links`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try FileManager.default.createDirectory(
            atPath: temporary.path + "/tree/deep/deeper", withIntermediateDirectories: true)
        try write("three", to: "tree/deep/file")
        #expect(mkfifo(temporary.path + "/tree/pipe", 0o600) == 0)
        try FileManager.default.createDirectory(atPath: temporary.path + "/kept", withIntermediateDirectories: true)
        try write("four", to: "kept/file")
        for (link, target) in [("tree/up", ".."), ("tree/deep/kept", temporary.path + "/kept"), ("tree/b", "../b")] {
            try FileManager.default.createSymbolicLink(
                atPath: temporary.path + "/" + link, withDestinationPath: target)
        }
        try root.removeTree("tree".bytes)
        #expect(try Set(root.entries()) == Set(["a".bytes, "b".bytes, "kept".bytes]))
        #expect(try read("kept/file") == "four")
    }

    @Test func `does not remove what a link leads to`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        _ = try root.makingDirectories("kept/x".bytes)
        try FileManager.default.createSymbolicLink(atPath: temporary.path + "/tree", withDestinationPath: "kept")
        #expect(throws: SystemError.self) { try BeneathDirectory(path: temporary.path).removeTree("tree".bytes) }
        #expect(try root.has("kept/x".bytes))
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: temporary.url.appending(path: path))
    }

    private func read(_ path: String) throws -> String {
        try String(contentsOf: temporary.url.appending(path: path), encoding: .utf8)
    }
}
