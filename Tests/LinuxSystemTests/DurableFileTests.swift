import Foundation
import LinuxSystem
import TestSupport
import Testing

struct DurableFileTests {
    private let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    @Test func `replace writes a new file and replaces an old one`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try DurableFile.replace("f".bytes, with: "one".bytes, in: root, mode: 0o600)
        try DurableFile.replace("f".bytes, with: "second".bytes, in: root, mode: 0o640)
        #expect(try contents("f") == "second")
        #expect(try root.status("f".bytes).mode == 0o640)
        #expect(try root.entries() == ["f".bytes])
    }

    @Test func `replace replaces a link and not what it leads to`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try Data("kept".utf8).write(to: temporary.url.appending(path: "target"))
        try FileManager.default.createSymbolicLink(atPath: temporary.path + "/f", withDestinationPath: "target")
        try DurableFile.replace("f".bytes, with: "new".bytes, in: root, mode: 0o600)
        #expect(try contents("target") == "kept")
        #expect(try root.status("f".bytes).kind == .regular)
    }

    @Test func `create leaves a taken name and nothing else`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try DurableFile.create("f".bytes, with: "one".bytes, in: root, mode: 0o600)
        let code = failure { () throws(SystemError) in
            try DurableFile.create("f".bytes, with: "two".bytes, in: root, mode: 0o600)
        }
        #expect(code == EEXIST)
        #expect(try contents("f") == "one")
        #expect(try root.entries() == ["f".bytes])
    }

    /// Whoever makes a directory named STATUS.txt in an outbox must not get a new dot-file there with each news.
    @Test func `replace that fails leaves nothing behind`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        _ = try root.makingDirectories("f".bytes)
        let code = failure { () throws(SystemError) in
            try DurableFile.replace("f".bytes, with: "one".bytes, in: root, mode: 0o600)
        }
        #expect(code == EISDIR)
        #expect(try root.entries() == ["f".bytes])
    }

    @Test func `a file of no bytes is written too`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        try DurableFile.create("f".bytes, with: [], in: root, mode: 0o600)
        #expect(try root.status("f".bytes).size == 0)
    }

    private func contents(_ name: String) throws -> String {
        try String(contentsOf: temporary.url.appending(path: name), encoding: .utf8)
    }
}
