import Domain
import Glibc
import Hummingbird
import LinuxSystem
import NIOCore
import Storage
import _NIOFileSystem

/// An MP3 in an outbox, opened beneath it: its owner may have put a link in its place, and that is not followed.
final class PublishedFile: Sendable {
    private let descriptor: Descriptor
    private let status: FileStatus

    private init(_ descriptor: consuming Descriptor) throws(SystemError) {
        status = try descriptor.status()
        self.descriptor = descriptor
    }

    /// In bytes.
    var size: Int64 { status.size }

    /// A strong validator (RFC 9110 section 8.8.1): the file itself and when it was last changed, to the nanosecond.
    var entityTag: String { "\"\(status.identity.inode)-\(status.size)-\(status.modified)\"" }

    /// Nil where there is no such file, or something that is not one.
    static func open(
        _ output: DropPath, of account: AccountName, in tree: AccountTree
    ) async throws -> PublishedFile? {
        try await onBlockingThread { try openNow(output, of: account, in: tree) }
    }

    /// Removes the file, durably. False where there is none, or something that is not one.
    static func remove(_ output: DropPath, of account: AccountName, in tree: AccountTree) async throws -> Bool {
        try await onBlockingThread {
            guard try openNow(output, of: account, in: tree) != nil else { return false }
            let outbox = try tree.open(.outbox, of: account)
            try outbox.remove(output.bytes)
            try outbox.directory(output.folder?.bytes ?? []).synchronize()
            return true
        }
    }

    private static func openNow(
        _ output: DropPath, of account: AccountName, in tree: AccountTree
    ) throws(SystemError) -> PublishedFile? {
        do throws(SystemError) {
            let outbox = try tree.open(.outbox, of: account)
            let file = try PublishedFile(try outbox.open(output.bytes, flags: O_RDONLY))
            return file.status.kind == .regular ? file : nil
        } catch  where error.isMissing || error.isLink || error.isDenied {
            return nil
        }
    }

    struct CutShort: Error, CustomStringConvertible {
        let description = "the file became shorter while it was sent"
    }

    /// Writes the bytes of `range`, chunk by chunk, read on the file system's threads.
    @concurrent func write(_ range: Range<Int64>, to writer: inout any ResponseBodyWriter) async throws {
        // The descriptor's own name leads to what was opened, whatever its path leads to now.
        try await FileSystem.shared.withFileHandle(
            forReadingAt: FilePath("/proc/self/fd/\(descriptor.raw)"), options: OpenOptions.Read(closeOnExec: true)
        ) { handle in
            var count: Int64 = 0
            for try await chunk in handle.readChunks(in: range, chunkLength: .kibibytes(256)) {
                count += Int64(chunk.readableBytes)
                try await writer.write(chunk)
            }
            guard count == Int64(range.count) else { throw CutShort() }
        }
    }
}
