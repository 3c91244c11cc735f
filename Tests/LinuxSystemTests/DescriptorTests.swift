import Glibc
import LinuxSystem
import TestSupport
import Testing

struct DescriptorTests {
    private let temporary: TemporaryDirectory
    private var path: String { temporary.path + "/file" }

    init() throws { temporary = try TemporaryDirectory() }

    @Test func `reads what was written, up to the limit`() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        try Descriptor.open(path, flags: O_WRONLY | O_CREAT, mode: 0o600).writeAll(bytes)
        #expect(try Descriptor.open(path, flags: O_RDONLY).readAll(limit: 200_000) == bytes)
        #expect(try Descriptor.open(path, flags: O_RDONLY).readAll(limit: 10) == Array(bytes.prefix(10)))
        #expect(try Descriptor.open(path, flags: O_RDONLY).status().size == 100_000)
    }

    @Test func `is closed when it ends, unless it was given away`() throws {
        let given = try Descriptor.open(path, flags: O_RDWR | O_CREAT, mode: 0o600).release()
        #expect(fcntl(given, F_GETFD) == FD_CLOEXEC)
        var status = stat()
        #expect(fstat(given, &status) == 0)
        do { _ = Descriptor(owning: given) }
        // The number may be another's by now, but not this file's.
        var later = stat()
        #expect(fstat(given, &later) == -1 || later.st_ino != status.st_ino)
    }

    @Test func `an error says what, on what and why`() {
        let error = #expect(throws: SystemError.self) { _ = try Descriptor.open("/nowhere/at-all", flags: O_RDONLY) }
        #expect(error?.description == "open /nowhere/at-all: No such file or directory")
        #expect(error?.isMissing == true)
    }

    @Test(arguments: [
        (ENOSPC, true), (EDQUOT, true), (EROFS, true), (EIO, true), (EMFILE, true), (EAGAIN, true), (ENOENT, false),
        (EACCES, false),
    ])
    func `knows trouble with the storage`(code: Int32, isTrouble: Bool) {
        #expect(SystemError(call: "write", subject: "", code: code).isStorageTrouble == isTrouble)
    }
}
