import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// An upload's bytes, held to what its sender promised and this server takes. Read chunk by chunk: the sender waits while
/// a chunk is written.
struct UploadBody {
    private let body: RequestBody
    /// Bytes, as `Content-Length` says; nil where it does not.
    let declared: Int64?
    private let limit: Int64
    private let excess: any Error

    /// - Parameters:
    ///   - limit: In bytes. A body that is declared to be larger is refused before it is read.
    ///   - excess: What is thrown for a larger one.
    init(of request: Request, limit: Int64, excess: (any Error)? = nil) throws {
        // RFC 9110 section 14.4: a part must not pass for the whole.
        guard request.headers[.contentRange] == nil else {
            throw Problem.badRequest("This is a part of a file (Content-Range). Send the whole file.")
        }
        body = request.body
        declared = request.headers[.contentLength].flatMap(Int64.init)
        self.limit = limit
        self.excess = excess ?? Problem.tooLarge(limit: limit)
        if let declared, declared > limit { throw self.excess }
    }

    /// Calls `consume` with every chunk; throws where the body turns out too large or breaks off.
    func forEach(_ consume: (ByteBuffer) async throws -> Void) async throws {
        var iterator = body.makeAsyncIterator()
        var count: Int64 = 0
        while true {
            let next: ByteBuffer?
            do { next = try await iterator.next() } catch { throw brokenOff }
            guard let chunk = next else { break }
            count += Int64(chunk.readableBytes)
            guard count <= limit else { throw excess }
            try await consume(chunk)
        }
        // A connection that is closed from this side ends the body without an error.
        try Task.checkCancellation()
        guard declared == nil || declared == count else { throw brokenOff }
    }

    private var brokenOff: Problem { .badRequest("The upload broke off. Send it again.") }
}
