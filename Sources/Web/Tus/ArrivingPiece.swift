import FoundationEssentials
import LinuxSystem
import NIOCore
import Storage

/// The bytes that one request adds to a resumable upload: written, made durable, and only then acknowledged.
///
/// Without a checksum the upload advances every few megabytes, so that a power cut or a killed service costs little. With
/// one nothing counts before the digest was compared.
struct ArrivingPiece {
    /// Bytes that are gathered before they are written.
    private static let blockLength = 1 << 20
    /// Bytes, and time, after which what came is made durable.
    private static let step: Int64 = 32 << 20
    private static let patience = Duration.seconds(5)

    /// Closed with the last reference.
    private final class File: Sendable {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    private let store: ResumableUploadStore
    private let lifetime: Duration
    private let reservation: UploadReservation
    private let file: File
    private(set) var upload: ResumableUpload
    private var checksum: UploadChecksum?
    private var block = ByteBuffer()
    /// Where the next block goes.
    private var end: Int64
    /// Where it was asked last whether the disk has room for more.
    private var looked: Int64
    private var lastStep = ContinuousClock.now
    /// The file failed. After that a later fsync that succeeds proves nothing of what was written before it.
    private var hasFailed = false

    static func open(
        _ upload: ResumableUpload, in store: ResumableUploadStore, checksum: UploadChecksum?, lifetime: Duration,
        _ reservation: UploadReservation
    ) async throws -> ArrivingPiece {
        let file = try await onBlockingThread { File(try store.files.open(upload.id, at: upload.offset)) }
        return ArrivingPiece(store, file, upload, checksum, lifetime, reservation)
    }

    private init(
        _ store: ResumableUploadStore, _ file: File, _ upload: ResumableUpload, _ checksum: UploadChecksum?,
        _ lifetime: Duration, _ reservation: UploadReservation
    ) {
        self.store = store
        self.file = file
        self.upload = upload
        self.checksum = checksum
        self.lifetime = lifetime
        self.reservation = reservation
        end = upload.offset
        looked = upload.offset
    }

    mutating func write(_ bytes: ByteBuffer) async throws {
        checksum?.update(bytes)
        block.writeImmutableBuffer(bytes)
        guard block.readableBytes >= Self.blockLength else { return }
        try await flush()
        if end - looked >= Self.step {
            try await reservation.add(end - looked)
            looked = end
        }
        guard checksum == nil else { return }
        if end - upload.offset >= Self.step || lastStep.duration(to: .now) > Self.patience { try await advance() }
    }

    /// Makes everything durable and counts it, or nothing where the checksum is wrong.
    mutating func close() async throws {
        if let checksum, !checksum.isRight {
            try await discard()
            throw Problem(
                status: Tus.checksumMismatch,
                detail: "The bytes do not have the digest that Upload-Checksum says. Send them again.")
        }
        try await flush()
        try await advance()
    }

    /// Keeps what came before the sender was cut off, unless only the whole could have been checked, or the file failed.
    mutating func breakOff() async throws {
        if checksum == nil, !hasFailed { try await close() } else { try await discard() }
    }

    /// Forgets what was not counted yet.
    func discard() async throws {
        let (file, offset) = (file, upload.offset)
        try await onBlockingThread { try file.descriptor.truncate(to: offset) }
    }

    private mutating func flush() async throws {
        guard block.readableBytes > 0 else { return }
        let (file, block, place) = (file, block, end)
        try await orFail {
            // `withUnsafeReadableBytes` loses the type of what is thrown.
            try block.withUnsafeReadableBytes { try file.descriptor.writeAll($0, at: place) }
        }
        end += Int64(block.readableBytes)
        self.block.clear()
    }

    private mutating func advance() async throws {
        let file = file
        try await orFail { try file.descriptor.synchronize() }
        upload.expires = .now + lifetime / .seconds(1)
        try await store.ledger.uploads.advance(upload.id, to: end, expires: upload.expires)
        upload.offset = end
        lastStep = .now
    }

    /// Does something with the file. Where that fails, what was not counted yet goes at once: a full disk has use for it.
    private mutating func orFail(_ body: @escaping @Sendable () throws -> Void) async throws {
        let (file, offset) = (file, upload.offset)
        do {
            try await onBlockingThread {
                do {
                    try body()
                } catch {
                    // The next request cuts it off in any case; the first error says more.
                    try? file.descriptor.truncate(to: offset)
                    throw error
                }
            }
        } catch {
            hasFailed = true
            throw error
        }
    }
}
