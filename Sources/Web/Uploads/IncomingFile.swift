import LinuxSystem
import NIOCore
import NIOPosix
import Storage

/// An upload's file in the spool while its bytes come. Ends with `close` and the upload store's `finish`, or with
/// `abandon`.
struct IncomingFile {
    /// Bytes that are gathered before they are written. There are two such blocks at most: one fills while the other is
    /// written.
    private static let blockLength = 1 << 19

    /// Bytes after which it is asked whether there is room for more.
    private static let stepLength: Int64 = 16 << 20

    let pending: UploadStore.Pending
    /// Bytes so far.
    private(set) var size: Int64 = 0
    private let store: UploadStore
    private let reservation: UploadReservation
    private let file: UncachedFile
    private var block = Self.emptyBlock()
    /// Writes the block before, and gives it back.
    private var writing: Task<ByteBuffer, any Error>?
    /// Where the bytes begin that the reservation does not know of.
    private var step: Int64 = 0

    private init(
        pending: UploadStore.Pending, store: UploadStore, reservation: UploadReservation, file: UncachedFile
    ) {
        self.pending = pending
        self.store = store
        self.reservation = reservation
        self.file = file
    }

    static func open(in store: UploadStore, _ reservation: UploadReservation) async throws -> IncomingFile {
        let pending = try await store.begin()
        do {
            let file = try await onBlockingThread { try UncachedFile(path: pending.path) }
            return IncomingFile(pending: pending, store: store, reservation: reservation, file: file)
        } catch {
            // What stays behind is removed when the service starts again; the first error says more.
            try? await store.discard(pending)
            throw error
        }
    }

    /// - Throws: Also what an earlier block met.
    mutating func write(_ bytes: ByteBuffer) async throws {
        var rest = bytes
        size += Int64(rest.readableBytes)
        while let part = rest.readSlice(length: min(rest.readableBytes, Self.blockLength - block.readableBytes)),
            part.readableBytes > 0
        {
            block.writeImmutableBuffer(part)
            // Exactly so long, so that the next one begins where a block may.
            if block.readableBytes == Self.blockLength { try await flush(end: size - Int64(rest.readableBytes)) }
        }
    }

    /// Writes what is left. Making it durable is the upload store's part.
    mutating func close() async throws {
        if block.readableBytes > 0 { try await flush(end: size) }
        _ = try await writing?.value
    }

    /// Throws the upload away. In a task of its own, because cancellation must not keep it.
    func abandon() async {
        let (store, pending, writing) = (store, pending, writing)
        await Task {
            // As above: the error that led here says more.
            _ = try? await writing?.value
            try? await store.discard(pending)
        }.value
    }

    /// Has the block, whose last byte comes before `end`, written while the next one fills.
    private mutating func flush(end: Int64) async throws {
        var spare = try await writing?.value ?? Self.emptyBlock()
        // Or the spare block would still be its result, and emptying it would make another.
        writing = nil
        Self.empty(&spare)
        let full = block
        block = spare
        let new = end - step >= Self.stepLength ? end - step : 0
        step += new
        writing = Task { [file, reservation] in
            try await NIOThreadPool.singleton.runIfActive {
                try full.withUnsafeReadableBytes { try file.write($0, at: end - Int64($0.count)) }
            }
            if new > 0 { try await reservation.add(new) }
            return full
        }
    }

    /// Room for a block, which begins where memory must that goes past the page cache.
    private static func emptyBlock() -> ByteBuffer {
        var block = ByteBufferAllocator().buffer(capacity: blockLength + UncachedFile.alignment)
        empty(&block)
        return block
    }

    private static func empty(_ block: inout ByteBuffer) {
        block.clear(minimumCapacity: blockLength + UncachedFile.alignment)
        let address = block.withVeryUnsafeMutableBytes { Int(bitPattern: $0.baseAddress) }
        let padding = (UncachedFile.alignment - address % UncachedFile.alignment) % UncachedFile.alignment
        block.moveWriterIndex(to: padding)
        block.moveReaderIndex(to: padding)
    }
}
