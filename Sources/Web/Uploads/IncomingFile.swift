import NIOCore
import Storage
import _NIOFileSystem

/// An upload's file in the spool while its bytes come. Ends with `close` and the upload store's `finish`, or with
/// `abandon`.
struct IncomingFile {
    /// Bytes that are gathered before they are written. There are two such blocks at most: one fills while the other is
    /// written.
    private static let blockLength = 1 << 19

    /// Bytes that go to the disk together, and after which it is asked whether there is room for more.
    private static let stepLength: Int64 = 16 << 20

    let pending: UploadStore.Pending
    /// Bytes so far.
    private(set) var size: Int64 = 0
    private let store: UploadStore
    private let reservation: UploadReservation
    private let handle: WriteFileHandle
    private var block = ByteBuffer()
    /// Writes the block before.
    private var writing: Task<Void, any Error>?
    /// Where the bytes begin that nobody has told the disk of.
    private var step: Int64 = 0

    private init(
        pending: UploadStore.Pending, store: UploadStore, reservation: UploadReservation, handle: WriteFileHandle
    ) {
        self.pending = pending
        self.store = store
        self.reservation = reservation
        self.handle = handle
    }

    static func open(in store: UploadStore, _ reservation: UploadReservation) async throws -> IncomingFile {
        let pending = try await store.begin()
        do {
            let handle = try await FileSystem.shared.openFile(
                forWritingAt: FilePath(pending.path),
                options: OpenOptions.Write(
                    existingFile: .open, newFile: nil, followSymbolicLinks: false, closeOnExec: true))
            return IncomingFile(pending: pending, store: store, reservation: reservation, handle: handle)
        } catch {
            // What stays behind is removed when the service starts again; the first error says more.
            try? await store.discard(pending)
            throw error
        }
    }

    /// - Throws: Also what an earlier block met.
    mutating func write(_ bytes: ByteBuffer) async throws {
        size += Int64(bytes.readableBytes)
        block.writeImmutableBuffer(bytes)
        if block.readableBytes >= Self.blockLength { try await flush() }
    }

    /// Writes what is left. Making it durable is the upload store's part.
    mutating func close() async throws {
        try await flush()
        try await writing?.value
        try await handle.close()
    }

    /// Throws the upload away. In a task of its own, because cancellation must not leave the file open.
    func abandon() async {
        let (handle, store, pending, writing) = (handle, store, pending, writing)
        await Task {
            // As above: the error that led here says more.
            try? await writing?.value
            try? await handle.close()
            try? await store.discard(pending)
        }.value
    }

    /// Has the block written while the next one fills.
    private mutating func flush() async throws {
        guard block.readableBytes > 0 else { return }
        try await writing?.value
        let (full, end) = (block, size)
        block = ByteBuffer()
        let isStep = end - step >= Self.stepLength
        let begin = step
        if isStep { step = end }
        writing = Task { [handle, store, pending, reservation] in
            let offset = end - Int64(full.readableBytes)
            try await handle.write(contentsOf: full.readableBytesView, toAbsoluteOffset: offset)
            guard isStep else { return }
            try await store.beginWritingOut(pending, from: begin, count: end - begin)
            try await reservation.add(end - begin)
        }
    }
}
