import Foundation
import LinuxSystem
import TestSupport
import Testing

struct FileLeaseTests {
    private let temporary: TemporaryDirectory
    private var path: String { temporary.path + "/file" }

    init() throws {
        temporary = try TemporaryDirectory()
        try Data("sound".utf8).write(to: temporary.url.appending(path: "file"))
        try waitUntilClosed(path)
    }

    @Test func `is granted while nobody writes`() throws {
        switch FileLease.request(on: try Descriptor.open(path, flags: O_RDONLY)) {
        case .granted(let lease):
            let isIntact = lease.isIntact
            #expect(isIntact)
        case .beingWritten: Issue.record("nobody writes")
        case .unavailable(let error): Issue.record(error)
        }
    }

    @Test func `is refused while somebody has the file open for writing`() async throws {
        let writer = try Descriptor.open(path, flags: O_WRONLY)
        #expect(try isBeingWritten())
        try writer.writeAll("x".utf8)
        #expect(try isBeingWritten())
        _ = consume writer
        // Another test's child may have it open until it executes its program.
        try await eventually("nobody writes any more") { try !isBeingWritten() }
    }

    @Test func `other readers do not matter`() throws {
        let reader = try Descriptor.open(path, flags: O_RDONLY)
        #expect(try !isBeingWritten())
        #expect(try reader.readAll(limit: 100) == "sound".bytes)
        #expect(try !isBeingWritten())
    }

    /// The signal that the kernel sends would end a process that did not choose another.
    @Test func `shows a later writer, and the process survives the signal`() throws {
        guard case .granted(let lease) = FileLease.request(on: try Descriptor.open(path, flags: O_RDONLY)) else {
            Issue.record("no lease")
            return
        }
        // With O_NONBLOCK the writer is told to come again instead of waiting for the lease to end.
        let code = failure { () throws(SystemError) in
            _ = try Descriptor.open(path, flags: O_WRONLY | O_NONBLOCK)
        }
        #expect(code == EWOULDBLOCK)
        let isIntact = lease.isIntact
        #expect(!isIntact)
    }

    /// A writer that was held up gets its descriptor on the renamed file, so the rename alone proves nothing.
    @Test func `shows a writer that came before a rename`() throws {
        guard case .granted(let lease) = FileLease.request(on: try Descriptor.open(path, flags: O_RDONLY)) else {
            Issue.record("no lease")
            return
        }
        _ = failure { () throws(SystemError) in _ = try Descriptor.open(path, flags: O_WRONLY | O_NONBLOCK) }
        let root = try BeneathDirectory(path: temporary.path)
        try root.rename("file".bytes, to: "renamed".bytes, in: root)
        let isIntact = lease.isIntact
        #expect(!isIntact)
    }

    @Test func `ends with its value, and the writer gets on`() async throws {
        let path = path
        var writing: Task<Void, any Error>?
        do {
            guard case .granted(let lease) = FileLease.request(on: try Descriptor.open(path, flags: O_RDONLY)) else {
                Issue.record("no lease")
                return
            }
            writing = Task { try await onBlockingThread { _ = try Descriptor.open(path, flags: O_WRONLY) } }
            try await eventually("the writer breaks the lease") { !lease.isIntact }
        }
        try await writing?.value
    }

    private func isBeingWritten() throws -> Bool {
        switch FileLease.request(on: try Descriptor.open(path, flags: O_RDONLY)) {
        case .granted: false
        case .beingWritten: true
        case .unavailable(let error): throw error
        }
    }
}
