import Foundation
import HTTPTypes
import Hummingbird
import LinuxSystem
import NIOCore
import Testing

@testable import Web

struct ProblemTests {
    private struct Document: Decodable, Equatable {
        let type: String
        let title: String
        let status: Int
        let detail: String
    }

    /// Collects a reply's body.
    private final class Collector: ResponseBodyWriter {
        var bytes = ByteBuffer()
        func write(_ buffer: ByteBuffer) { bytes.writeImmutableBuffer(buffer) }
        func finish(_ trailingHeaders: HTTPFields?) {}
    }

    @Test func isAProblemDocument() async throws {
        let response = try Problem.tooLarge(limit: 20 << 30).response()
        #expect(response.status == .contentTooLarge)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(response.headers[.connection] == "close")
        let collector = Collector()
        try await response.body.write(collector)
        let document = try JSONDecoder().decode(Document.self, from: Data(collector.bytes.readableBytesView))
        #expect(
            document
                == Document(
                    type: "about:blank", title: "Content Too Large", status: 413,
                    detail: "The upload is larger than this server takes: 20 GiB at most."))
    }

    private static let cases: [(any Error, Int)] = [
        (Problem.notFound(), 404),
        (HTTPError(.notFound), 404),
        (HTTPError(.badRequest, message: "no"), 400),
        (MultipartError.brokenOff, 400),
        (NIOTooManyBytesError(maxBytes: 1), 413),
        (CancellationError(), 503),
        (SystemError(call: "openat2", subject: "", code: ENOSPC), 507),
        (SystemError(call: "openat2", subject: "", code: EACCES), 500),
    ]

    @Test(arguments: cases.indices) func hasAStatusForEveryError(index: Int) {
        let (error, status) = Self.cases[index]
        #expect(Problem(error).status.code == status)
    }

    @Test func keepsTheCauseToItself() throws {
        let problem = Problem(SystemError(call: "open", subject: "/srv/soundspool/secret", code: EACCES))
        #expect(!problem.detail.contains("secret"))
        #expect(problem.cause.map { "\($0)" }?.contains("secret") == true)
    }

    @Test(arguments: [
        (Int64(0), "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (20 << 30, "20 GiB"),
    ])
    func tellsSizes(bytes: Int64, text: String) {
        #expect(ByteCountText.text(bytes) == text)
    }
}
