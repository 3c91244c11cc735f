import ConversionContract
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Web

struct UploadsTests {
    /// Takes uploads into a spool of its own.
    private struct Bench {
        let world: TemporaryWorld
        let account: Account
        let uploads: Uploads
        let wakes = Counter()
        let letters = Counter()

        init(limit: Int64 = 1 << 20, accountBytes: Int64? = nil) async throws {
            world = try TemporaryWorld()
            account = try await world.account("ada")
            let store = UploadStore(ledger: world.ledger, spool: Spool(tree: world.tree))
            try world.tree.make(for: account.name)
            let quota = UploadQuota(
                ledger: world.ledger, tree: world.tree, accountBytes: accountBytes, freeSpace: .bytes(0),
                onLetter: { [letters] in letters.increment() })
            uploads = Uploads(
                store: store, live: LiveState(), limit: limit, quota: quota, repeats: Repeats(ledger: world.ledger),
                onQueued: { [wakes] in wakes.increment() })
        }

        func receive(_ request: Request) async throws -> Job {
            let drop = try #require(DropPath("a.mp4"))
            return try await uploads.receiveFile(request, as: drop, preset: .voice, from: account)
        }

        func spooled() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: world.root + "/.spool").sorted()
        }

        func content(of job: Job) -> Data? {
            FileManager.default.contents(atPath: "\(world.root)/.spool/\(job.id).source")
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        func increment() { count.withLock { $0 += 1 } }
        var value: Int { count.withLock { $0 } }
    }

    private struct Lost: Error {}

    /// A request whose body comes in `chunks`; `breaks` where the connection fails behind them.
    private static func request(_ chunks: [[UInt8]], breaks: Bool = false, _ fields: HTTPFields = [:]) -> Request {
        let (body, source) = AsyncThrowingStream.makeStream(of: ByteBuffer.self)
        for chunk in chunks { source.yield(ByteBuffer(bytes: chunk)) }
        source.finish(throwing: breaks ? Lost() : nil)
        return Request(
            head: HTTPRequest(method: .put, scheme: "http", authority: "localhost", path: "/", headerFields: fields),
            body: RequestBody(asyncSequence: body))
    }

    private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) } }

    @Test func queuesAFile() async throws {
        let bench = try await Bench(limit: 5 << 20)
        let chunks = (0..<70).map { Self.bytes(50_000 + $0) }
        let job = try await bench.receive(Self.request(chunks, [.contentLength: "\(chunks.joined().count)"]))
        #expect(job.state == .queued)
        #expect(job.preset == .voice)
        #expect(job.size == Int64(chunks.joined().count))
        #expect(bench.content(of: job) == Data(chunks.joined()))
        #expect(bench.wakes.value == 1)
        #expect(try bench.spooled() == ["\(job.id).source"])
    }

    @Test(
        arguments: [
            ([bytes(10)], true, [:], 400),
            ([bytes(10)], false, [.contentLength: "11"], 400),
            ([bytes(10)], false, [.contentLength: "10", .contentRange: "bytes 0-9/20"], 400),
            ([], false, [.contentLength: "0"], 400),
            ([bytes(60), bytes(60)], false, [:], 413),
            ([bytes(1)], false, [.contentLength: "101"], 413),
        ] as [([[UInt8]], Bool, HTTPFields, Int)])
    func leavesNothingBehind(chunks: [[UInt8]], breaks: Bool, fields: HTTPFields, status: Int) async throws {
        let bench = try await Bench(limit: 100)
        let problem = await #expect(throws: Problem.self) {
            try await bench.receive(Self.request(chunks, breaks: breaks, fields))
        }
        #expect(problem?.status.code == status)
        #expect(try bench.spooled() == [])
        #expect(try await bench.world.ledger.jobs.jobs() == [])
        #expect(bench.wakes.value == 0)
    }

    private static let type: HTTPFields = [.contentType: "multipart/form-data; boundary=b"]

    private static func form(_ parts: (head: String, body: String)...) -> [[UInt8]] {
        let parts = parts.map { "--b\r\nContent-Disposition: form-data; \($0.head)\r\n\r\n\($0.body)\r\n" }
        return [Array((parts.joined() + "--b--\r\n").utf8)]
    }

    @Test func queuesAFormsFiles() async throws {
        let bench = try await Bench()
        let chunks = Self.form(
            (#"name="file"; filename="one.mp4""#, "1"), (#"name="file"; filename="""#, ""),
            (#"name="file"; filename="two.mp4""#, "22"), (#"name="preset""#, "small"))
        let jobs = try await bench.uploads.receiveForm(Self.request(chunks, Self.type), from: bench.account)
        #expect(jobs.map(\.drop.display) == ["one.mp4", "two.mp4"])
        #expect(jobs.allSatisfy { $0.preset == .small && $0.state == .queued })
        #expect(jobs.map(bench.content) == [Data("1".utf8), Data("22".utf8)])
        #expect(bench.wakes.value == 2)
    }

    @Test(arguments: [
        form((#"name="preset""#, "small")),
        form((#"name="file"; filename="""#, "")),
        form((#"name="file"; filename="a.mp4""#, "1"), (#"name="preset""#, "loud")),
        form((#"name="file"; filename="a.mp4""#, "1"), (#"name="file"; filename="b.mp4""#, "")),
        form((#"name="file"; filename="a.mp4""#, "1"), (#"name="file"; filename="..""#, "1")),
        form((#"name="file"; filename="a.mp4""#, "1"), (#"name="x""#, String(repeating: "x", count: 2000))),
        form((#"name="file"; filename="a.mp4""#, "1")).map { Array($0.dropLast(4)) },
        form((#"name="file"; filename="a.mp4""#, "1"), ("nameless", "")),
    ])
    func aFormsFilesAreTakenAllOrNone(chunks: [[UInt8]]) async throws {
        let bench = try await Bench()
        let error = await #expect(throws: (any Error).self) {
            try await bench.uploads.receiveForm(Self.request(chunks, Self.type), from: bench.account)
        }
        #expect(error.map { Problem($0).status.code } == 400)
        #expect(try bench.spooled() == [])
        #expect(try await bench.world.ledger.jobs.jobs() == [])
    }

    @Test func aCancelledUploadIsDiscarded() async throws {
        let bench = try await Bench()
        let (body, source) = AsyncStream.makeStream(of: ByteBuffer.self)
        let request = Request(
            head: HTTPRequest(method: .put, scheme: "http", authority: "localhost", path: "/"),
            body: RequestBody(asyncSequence: body))
        let upload = Task { try await bench.receive(request) }
        source.yield(ByteBuffer(bytes: Self.bytes(10)))
        try await eventually("the upload has a file") { try !bench.spooled().isEmpty }
        upload.cancel()
        await #expect(throws: (any Error).self) { try await upload.value }
        #expect(try bench.spooled() == [])
        #expect(try await bench.world.ledger.jobs.jobs() == [])
    }

    /// A request whose body goes on for as long as its sender likes.
    private static func open(
        _ fields: HTTPFields = [:]
    ) -> (request: Request, source: AsyncStream<ByteBuffer>.Continuation) {
        let (body, source) = AsyncStream.makeStream(of: ByteBuffer.self)
        let head = HTTPRequest(method: .put, scheme: "http", authority: "localhost", path: "/", headerFields: fields)
        return (Request(head: head, body: RequestBody(asyncSequence: body)), source)
    }

    @Test func requestsThatComeTogetherShareTheAccountsRoom() async throws {
        let bench = try await Bench(accountBytes: 100)
        let (request, source) = Self.open([.contentLength: "60"])
        let first = Task { try await bench.receive(request) }
        try await eventually("its bytes count") { bench.uploads.quota.arriving.promised(by: bench.account.id) == 60 }
        // Refused before anything of it is read: this body has no end.
        let (second, _) = Self.open([.contentLength: "41"])
        let problem = await #expect(throws: Problem.self) { try await bench.receive(second) }
        #expect(problem?.status == .contentTooLarge)
        #expect(bench.letters.value == 1)
        source.yield(ByteBuffer(bytes: Self.bytes(60)))
        source.finish()
        #expect(try await first.value.size == 60)
        #expect(bench.uploads.quota.arriving.promised(by: bench.account.id) == 0)
        #expect(try await bench.receive(Self.request([Self.bytes(40)], [.contentLength: "40"])).size == 40)
    }

    @Test func requestsWithoutALengthShareItAsTheyGrow() async throws {
        let bench = try await Bench(limit: 1 << 30, accountBytes: 40 << 20)
        let (request, source) = Self.open()
        let first = Task { try await bench.receive(request) }
        source.yield(ByteBuffer(repeating: 7, count: 24 << 20))
        try await eventually("what came counts") {
            bench.uploads.quota.arriving.promised(by: bench.account.id) >= 16 << 20
        }
        // It is refused before its end: it has none.
        let (late, more) = Self.open()
        for _ in 0..<35 { more.yield(ByteBuffer(repeating: 7, count: 1 << 20)) }
        let problem = await #expect(throws: Problem.self) { try await bench.receive(late) }
        #expect(problem?.status == .contentTooLarge)
        // Who came first goes on.
        source.finish()
        #expect(try await first.value.size == 24 << 20)
        #expect(try bench.spooled().count == 1)
    }

    @Test func nobodyIsRefusedForWhatWasJustRemoved() async throws {
        let bench = try await Bench(accountBytes: 100)
        let old = bench.world.tree.path(.done, of: bench.account.name) + "/old.mp4"
        try Data(Self.bytes(60)).write(to: URL(filePath: old))
        let refused = Self.request([Self.bytes(60)], [.contentLength: "60"])
        await #expect(throws: Problem.self) { try await bench.receive(refused) }
        try FileManager.default.removeItem(atPath: old)
        #expect(try await bench.receive(Self.request([Self.bytes(60)], [.contentLength: "60"])).size == 60)
    }

    @Test func whatRequestsWillYetWriteIsKeptFreeForThem() {
        let arriving = ArrivingBytes()
        let first = arriving.begin(1, promised: 10)
        let second = arriving.begin(nil, promised: 5)
        #expect(arriving.outstanding() == 15)
        #expect(arriving.outstanding(before: second) == 10)
        arriving.add(4, to: first)
        #expect(arriving.outstanding() == 11)
        // More than was promised.
        arriving.add(8, to: first)
        #expect(arriving.outstanding() == 5)
        #expect(arriving.promised(by: 1) == 12)
        arriving.end(first)
        arriving.end(second)
        #expect(arriving.outstanding() == 0)
    }
}
