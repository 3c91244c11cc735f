import Foundation
import Glibc
import Testing

@testable import Conversion

/// A QuickTime film whose sound is in another file, which is there and could be read: no sandbox is around these tests.
@Suite struct ForeignFileTests {
    private let directory: TemporaryDirectory
    private let film: String
    private let secret: String

    /// What has libav follow such a reference wherever it leads.
    private static let credulous = [("enable_drefs", "1"), ("use_absolute_path", "1"), ("protocol_whitelist", "file")]

    init() throws {
        directory = try TemporaryDirectory()
        (film, secret) = (directory.path("film.mov"), directory.path("secret.raw"))
        try Data(repeating: 1, count: 44100 * 4).write(to: URL(filePath: secret))
        _ = try HostileMedia.run("lures.py", ["make", "mov-alias-absolute", film, secret])
    }

    /// Packets of sound that are read with these options, and whether the other file was opened meanwhile.
    private func read(_ options: [(name: String, value: String)]) throws -> (packets: Int, isOpened: Bool) {
        let source = try OpenFile(film)
        let queue = inotify_init1(CInt(IN_NONBLOCK | IN_CLOEXEC))
        defer { close(queue) }
        #expect(inotify_add_watch(queue, secret, UInt32(IN_OPEN)) >= 0)
        var demuxer = try Demuxer(DescriptorFile(reading: source.descriptor), options: options)
        let packet = try Packet()
        var packets = 0
        while try demuxer.read(into: packet) { packets += 1 }
        var events = [UInt8](repeating: 0, count: 1024)
        return (packets, Glibc.read(queue, &events, events.count) > 0)
    }

    /// Otherwise what is refused below would prove nothing.
    @Test func libavWouldOpenIt() throws {
        let follow = Self.credulous.prefix(2).flatMap { ["-\($0)", $1] }
        let sound = try FFmpeg.run(follow + ["-i", film, "-c", "copy", "-f", "s16le", "-"])
        #expect(try Array(sound) == bytes(of: secret))
    }

    @Test func itIsNotOpenedThoughLibavAsks() throws {
        let result = try read(Self.credulous)
        #expect(!result.isOpened)
        #expect(result.packets == 0)
    }

    @Test func libavDoesNotAsk() throws {
        let result = try read(Bounds.demuxerOptions)
        #expect(!result.isOpened)
        #expect(result.packets == 0)
    }
}
