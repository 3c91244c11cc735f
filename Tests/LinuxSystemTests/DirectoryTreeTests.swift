import Foundation
import LinuxSystem
import TestSupport
import Testing

struct DirectoryTreeTests {
    private let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    /// Deeper than a path can say and than there are descriptors.
    private func makeDeep(_ depth: Int) throws {
        let root = try BeneathDirectory(path: temporary.path)
        _ = try root.makingDirectories("tree".bytes)
        let script = """
            import os, sys
            os.chdir(sys.argv[1])
            for number in range(\(depth)):
                open("file", "w").close()
                os.mkdir("folder-of-a-name-that-is-long-enough")
                os.chdir("folder-of-a-name-that-is-long-enough")
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script, temporary.path + "/tree"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test func `removes a tree of any depth`() throws {
        try makeDeep(1500)
        let root = try BeneathDirectory(path: temporary.path)
        try root.removeTree("tree".bytes)
        let left = try root.entries()
        #expect(left.isEmpty)
    }

    @Test func `sees the files down to a depth, and no deeper`() throws {
        try makeDeep(50)
        let tree = try BeneathDirectory(path: temporary.path + "/tree")
        var depths: [Int] = []
        try tree.forEachFile(depth: 10) { path, status in
            #expect(status.kind == .regular)
            depths.append(path.count { $0 == UInt8(ascii: "/") })
        }
        #expect(depths.sorted() == Array(0...10))
        try BeneathDirectory(path: temporary.path).removeTree("tree".bytes)
    }

    @Test func `enters only what it may`() throws {
        for name in ["a/x", "a/b/x", ".git/x"] {
            let url = temporary.url.appending(path: name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: url)
        }
        try FileManager.default.createSymbolicLink(atPath: temporary.path + "/link", withDestinationPath: "a")
        var found: [String] = []
        try BeneathDirectory(path: temporary.path).forEachFile(depth: 9, entering: { $0 != ".git".bytes }) { path, _ in
            found.append(String(decoding: path, as: UTF8.self))
        }
        #expect(found.sorted() == ["a/b/x", "a/x", "link"])
    }

    @Test func `what lies beyond the longest path is left out, and the rest is found`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        let name = Array(repeating: UInt8(ascii: "n"), count: 255)
        var folder = try root.directory([])
        for _ in 0..<17 { folder = try folder.makingDirectories(name) }
        try Data("x".utf8).write(to: temporary.url.appending(path: "near"))
        var found: [String] = []
        try root.forEachFile(depth: 32) { path, _ in found.append(String(decoding: path, as: UTF8.self)) }
        #expect(found == ["near"])
        try root.removeTree(name)
    }

    @Test func `tells a file of which a part was never written`() throws {
        let path = temporary.path + "/film"
        let file = try Descriptor.open(path, flags: O_RDWR | O_CREAT, mode: 0o600)
        let isEmptyHollow = file.hasHole(size: 0)
        #expect(!isEmptyHollow)
        try file.writeAll(Array(repeating: UInt8(1), count: 10_000))
        let isWrittenHollow = file.hasHole(size: 10_000)
        #expect(!isWrittenHollow)
        try #require(truncate(path, 100_000) == 0)
        let isStretchedHollow = file.hasHole(size: 100_000)
        #expect(isStretchedHollow)
        // Allocated is not written.
        let error = posix_fallocate(file.raw, 0, 200_000)
        #expect(error == 0)
        let isAllocatedHollow = file.hasHole(size: 200_000)
        #expect(isAllocatedHollow)
    }

    /// By the kernel's numbers, some of which `statfs` gives as negative ones.
    @Test(
        arguments: [
            (0x6969, "NFS"), (0x517B, "SMB"), (-0x01AC_B2BE, "SMB"), (-0x00AC_B2BE, "CIFS"), (0x6573_5546, "FUSE"),
            (0x794C_7630, "overlay"),
        ] as [(Int, String)])
    func `knows the file systems that make no events`(number: Int, name: String) {
        #expect(FileSystemKind(rawValue: UInt64(truncatingIfNeeded: number)).nameWhereSilent == name)
    }

    @Test(
        arguments: [
            (0x6969, false), (0x517B, false), (-0x01AC_B2BE, false), (-0x00AC_B2BE, false), (0x6573_5546, true),
            (0x794C_7630, true), (0xEF53, true),
        ] as [(Int, Bool)])
    func `knows whose leases are granted by a server`(number: Int, isTold: Bool) {
        #expect(FileSystemKind(rawValue: UInt64(truncatingIfNeeded: number)).leasesTellOfWriters == isTold)
    }

    @Test func `a local file system tells of every change`() throws {
        let memory = try BeneathDirectory(path: "/dev/shm").fileSystem()
        #expect(memory.nameWhereSilent == nil)
    }
}
