import CLinux
import Glibc
import LinuxSystem
import TestSupport
import Testing

struct UncachedFileTests {
    private let temporary: TemporaryDirectory
    private var path: String { temporary.path + "/file" }

    init() throws { temporary = try TemporaryDirectory() }

    /// Where blocks may begin, and one byte behind that, where the kernel takes none past its cache.
    @Test(arguments: [0, 1]) func `writes whole blocks and what is no whole one`(displacement: Int) throws {
        _ = try Descriptor.open(path, flags: O_WRONLY | O_CREAT, mode: 0o600)
        let file = try UncachedFile(path: path)
        let (length, tail) = (64 << 10, 4097)
        let bytes = (0..<2 * length + tail).map { UInt8(truncatingIfNeeded: $0 / 251) }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: bytes.count + displacement, alignment: UncachedFile.alignment)
        defer { memory.deallocate() }
        let copy = UnsafeMutableRawBufferPointer(rebasing: memory[displacement...])
        copy.copyBytes(from: bytes)
        for start in stride(from: 0, to: bytes.count, by: length) {
            let block = copy[start..<min(start + length, bytes.count)]
            try file.write(UnsafeRawBufferPointer(rebasing: block), at: Int64(start))
        }
        #expect(try Descriptor.open(path, flags: O_RDONLY).readAll(limit: bytes.count + 1) == bytes)
        #expect(!file.isDirect)
    }

    @Test func `goes past the cache where the file system can`() throws {
        let descriptor = try Descriptor.open(path, flags: O_WRONLY | O_CREAT, mode: 0o600)
        // The kernel refuses the flag where it can do nothing with it.
        let canBeDirect = fcntl(descriptor.raw, F_SETFL, soundspool_o_direct) == 0
        #expect(try UncachedFile(path: path).isDirect == canBeDirect)
    }

    @Test func `does not follow a link`() throws {
        symlink("/etc/hostname", path)
        #expect(throws: SystemError.self) { try UncachedFile(path: path) }
    }
}
