import Glibc
import HTTPTypes
import NIOCore

/// Why a form is not one.
enum MultipartError: Error, Equatable, CustomStringConvertible {
    case notMultipart
    case malformedBoundaryLine
    case malformedHeaders
    case headersTooLong
    case brokenOff

    var description: String {
        switch self {
        case .notMultipart: "it should be multipart/form-data with a boundary of 1 to 70 characters"
        case .malformedBoundaryLine: "a boundary line holds more than the boundary"
        case .malformedHeaders: "a part does not begin with headers that name a form field"
        case .headersTooLong: "a part's headers are too long"
        case .brokenOff: "it ends before its last boundary"
        }
    }
}

/// Reads multipart/form-data (RFC 7578; RFC 2046 section 5.1.1) from chunks that may be cut anywhere. Holds no more than
/// one chunk, a part's headers and a boundary.
struct MultipartParser {
    enum Event: Equatable {
        case part(MultipartHeaders)
        case data(ByteBuffer)
        case end
    }

    private enum Phase { case preamble, boundaryLine, headers, body, epilogue }

    /// Bytes of a part's headers.
    private static let maximumHeaders = 8 << 10
    /// Bytes of white space behind a boundary.
    private static let maximumPadding = 128
    private static let lineEnd = Array("\r\n".utf8)
    private static let blankLine = Array("\r\n\r\n".utf8)

    private let delimiter: [UInt8]
    private var phase = Phase.preamble
    /// Begins with a line end, because the first boundary needs none before it.
    private var pending = ByteBuffer(bytes: lineEnd)

    init(boundary: String) throws(MultipartError) {
        guard (1...70).contains(boundary.utf8.count) else { throw .notMultipart }
        delimiter = Self.lineEnd + Array("--\(boundary)".utf8)
    }

    /// - Parameter contentType: The request's Content-Type.
    init(contentType: String?) throws(MultipartError) {
        guard let header = HeaderParameters((contentType ?? "").utf8), header.value == "multipart/form-data",
            let boundary = header["boundary"]
        else { throw .notMultipart }
        try self.init(boundary: boundary)
    }

    /// What `chunk` brings to an end or goes on with.
    mutating func parse(_ chunk: ByteBuffer) throws(MultipartError) -> [Event] {
        pending.writeImmutableBuffer(chunk)
        var events: [Event] = []
        while try step(&events) {}
        pending.discardReadBytes()
        return events
    }

    /// Call at the body's end.
    func finish() throws(MultipartError) {
        guard phase == .epilogue else { throw .brokenOff }
    }

    /// Goes one phase on. Returns false where that takes more bytes.
    private mutating func step(_ events: inout [Event]) throws(MultipartError) -> Bool {
        switch phase {
        case .preamble:
            guard let position = find(delimiter) else {
                skip(max(0, pending.readableBytes - delimiter.count + 1))
                return false
            }
            skip(position + delimiter.count)
            phase = .boundaryLine
        case .boundaryLine:
            guard pending.readableBytes >= 2 else { return false }
            if pending.readableBytesView.starts(with: "--".utf8) {
                phase = .epilogue
                return true
            }
            guard let position = find(Self.lineEnd) else {
                guard pending.readableBytes <= Self.maximumPadding else { throw .malformedBoundaryLine }
                return false
            }
            guard pending.readableBytesView.prefix(position).allSatisfy({ " \t".utf8.contains($0) }) else {
                throw .malformedBoundaryLine
            }
            skip(position + Self.lineEnd.count)
            phase = .headers
        case .headers:
            guard let position = find(Self.blankLine) else {
                guard pending.readableBytes <= Self.maximumHeaders else { throw .headersTooLong }
                return false
            }
            guard position <= Self.maximumHeaders else { throw .headersTooLong }
            events.append(.part(try MultipartHeaders(pending.readableBytesView.prefix(position))))
            skip(position + Self.blankLine.count)
            phase = .body
        case .body:
            guard let position = find(delimiter) else {
                // The last bytes may be the beginning of a boundary.
                emit(pending.readableBytes - delimiter.count + 1, &events)
                return false
            }
            emit(position, &events)
            events.append(.end)
            skip(delimiter.count)
            phase = .boundaryLine
        case .epilogue:
            skip(pending.readableBytes)
            return false
        }
        return true
    }

    private mutating func emit(_ count: Int, _ events: inout [Event]) {
        if count > 0, let slice = pending.readSlice(length: count) { events.append(.data(slice)) }
    }

    private mutating func skip(_ count: Int) { pending.moveReaderIndex(forwardBy: count) }

    /// Where `pattern`, which begins with a carriage return, begins in the pending bytes.
    private func find(_ pattern: [UInt8]) -> Int? {
        pending.withUnsafeReadableBytes { bytes in
            var start = 0
            while bytes.count - start >= pattern.count, let base = bytes.baseAddress {
                guard let found = memchr(base + start, 0x0D, bytes.count - start) else { return nil }
                start = UnsafeRawPointer(found) - base
                if bytes.count - start >= pattern.count, memcmp(found, pattern, pattern.count) == 0 { return start }
                start += 1
            }
            return nil
        }
    }
}
