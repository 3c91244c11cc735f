import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Storage
import Testing

@testable import Web

struct PublishedFileTests {
    private struct Outbox {
        let world: TemporaryWorld
        let account: Account
        let path: String

        init() async throws {
            world = try TemporaryWorld()
            account = try await world.account("ada")
            try world.tree.make(for: account.name)
            path = world.tree.path(.outbox, of: account.name)
        }

        func write(_ name: String, _ bytes: Data) throws {
            try bytes.write(to: URL(fileURLWithPath: path + "/" + name))
        }

        func open(_ name: String) async throws -> PublishedFile? {
            try await PublishedFile.open(try #require(DropPath(name)), of: account.name, in: world.tree)
        }
    }

    private final class Collector: ResponseBodyWriter {
        var bytes = ByteBuffer()
        func write(_ buffer: ByteBuffer) { bytes.writeImmutableBuffer(buffer) }
        func finish(_ trailingHeaders: HTTPFields?) {}
    }

    private static func read(_ file: PublishedFile, _ range: Range<Int64>) async throws -> Data {
        let collector = Collector()
        var writer: any ResponseBodyWriter = collector
        try await file.write(range, to: &writer)
        return Data(collector.bytes.readableBytesView)
    }

    @Test func readsAnyPart() async throws {
        let outbox = try await Outbox()
        let bytes = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) })
        try outbox.write("a.mp3", bytes)
        let file = try #require(try await outbox.open("a.mp3"))
        #expect(file.size == 1_000_000)
        for range in [0..<1_000_000, 0..<1, 999_999..<1_000_000, 262_143..<524_289] as [Range<Int64>] {
            #expect(try await Self.read(file, range) == bytes[Int(range.lowerBound)..<Int(range.upperBound)])
        }
    }

    @Test func goesOnWithAFileThatWasReplaced() async throws {
        let outbox = try await Outbox()
        try outbox.write("a.mp3", Data("old".utf8))
        let file = try #require(try await outbox.open("a.mp3"))
        try outbox.write("b.mp3", Data("new".utf8))
        #expect(rename(outbox.path + "/b.mp3", outbox.path + "/a.mp3") == 0)
        #expect(try await Self.read(file, 0..<3) == Data("old".utf8))
        #expect(try await outbox.open("a.mp3")?.entityTag != file.entityTag)
    }

    @Test func breaksOffWhereTheFileWasCut() async throws {
        let outbox = try await Outbox()
        try outbox.write("a.mp3", Data(repeating: 1, count: 100))
        let file = try #require(try await outbox.open("a.mp3"))
        #expect(truncate(outbox.path + "/a.mp3", 50) == 0)
        await #expect(throws: PublishedFile.CutShort.self) { try await Self.read(file, 0..<100) }
    }

    @Test func findsPlainFilesOnly() async throws {
        let outbox = try await Outbox()
        try outbox.write("a.mp3", Data("x".utf8))
        let files = FileManager.default
        try files.createSymbolicLink(atPath: outbox.path + "/link.mp3", withDestinationPath: "a.mp3")
        try files.createSymbolicLink(atPath: outbox.path + "/out", withDestinationPath: "/etc")
        try files.createDirectory(atPath: outbox.path + "/folder.mp3", withIntermediateDirectories: false)
        #expect(mkfifo(outbox.path + "/fifo.mp3", 0o644) == 0)
        #expect(try await outbox.open("a.mp3") != nil)
        for name in ["link.mp3", "out/passwd", "folder.mp3", "fifo.mp3", "missing.mp3", "a.mp3/b"] {
            #expect(try await outbox.open(name) == nil, "\(name)")
        }
    }
}
