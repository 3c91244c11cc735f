import Testing

@testable import Conversion

/// Hand-made headers, good and hostile.
@Suite struct PromisedLengthTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var length: PromisedLength

        init(_ name: String, _ parts: [[UInt8]], _ length: PromisedLength) {
            (self.name, self.bytes, self.length) = (name, parts.flatMap { $0 }, length)
        }

        var testDescription: String { name }
    }

    private static func big(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }

    private static func little(_ value: UInt64, _ count: Int) -> [UInt8] { big(value, count).reversed() }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    private static func box(_ type: String, _ size: UInt64, _ body: Int) -> [UInt8] {
        big(size, 4) + text(type) + zeros(body)
    }

    private static let fileType = box("ftyp", 16, 8)
    private static let ebml: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 0x80]
    private static let segment: [UInt8] = [0x18, 0x53, 0x80, 0x67]
    private static let unknownSize: [UInt8] = [0x01] + [UInt8](repeating: 0xFF, count: 7)
    private static let cluster: [UInt8] = [0x1F, 0x43, 0xB6, 0x75]
    private static let allOnes = [UInt8](repeating: 0xFF, count: 4)

    private static let caf: [UInt8] = text("caff") + big(0x10000, 4)
    private static let wave64: [UInt8] = text("riff") + [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 4, 0xC1, 0, 0]

    private static let pack: [UInt8] = [0, 0, 1, 0xBA, 0x44] + zeros(8) + [0xF9, 0xFF]
    private static let oldPack: [UInt8] = [0, 0, 1, 0xBA, 0x21] + zeros(7)

    private static func packet(_ length: UInt64, _ body: Int) -> [UInt8] {
        [0, 0, 1, 0xC0] + big(length, 2) + [UInt8](repeating: 0x55, count: body)
    }

    static let cases = [
        Case("MP4", [fileType, box("moov", 8, 0), box("mdat", 20, 12)], .bytes(44)),
        Case("MP4, cut", [fileType, box("moov", 8, 0), box("mdat", 20, 11)], .bytes(44)),
        Case("MP4, index to come", [fileType, box("mdat", 20, 12)], .more),
        Case("MP4, a box to the end and no index", [fileType, box("mdat", 0, 12)], .more),
        Case("MP4, a box to the end", [fileType, box("moov", 8, 0), box("mdat", 0, 12)], .bytes(44)),
        Case("MP4, 64 bits", [fileType, box("moov", 8, 0), box("mdat", 1, 0), big(1 << 40, 8)], .bytes(24 + 1 << 40)),
        Case("MP4, 64 bits cut", [fileType, box("moov", 8, 0), box("mdat", 1, 0), big(0, 4)], .more),
        Case("MP4, endless", [fileType, box("moov", 8, 0), box("mdat", 1, 0), big(.max, 8)], .bytes(24)),
        Case("MP4, overflow", [fileType, box("moov", 8, 0), box("mdat", 1, 0), big(UInt64(Int64.max), 8)], .bytes(24)),
        Case("MP4, a box of no size", [fileType, box("moov", 8, 0), box("mdat", 7, 12)], .bytes(24)),
        Case("MP4, rubbish behind", [fileType, box("moov", 8, 0), text("rubbish that is no box")], .bytes(24)),
        Case("MP4, zeros behind", [fileType, box("moov", 8, 0), zeros(4)], .bytes(24)),
        Case("MP4, seven bytes behind", [fileType, box("moov", 8, 0), text("rubbish")], .bytes(24)),
        Case(
            "MP4, cut in a fragment's header",
            [fileType, box("moov", 8, 0), box("moof", 8, 0), big(9, 4), text("mda")], .more),
        Case(
            "MP4, fragments missing",
            [fileType, box("moov", 8, 0), box("sidx", 44, 22), big(1, 2), big(100, 4), zeros(8), box("moof", 8, 0)],
            .bytes(168)),
        Case(
            "MP4, fragments missing, 64 bits",
            [fileType, box("moov", 8, 0), big(52, 4), text("sidx"), [1], zeros(19), big(1 << 50, 8), zeros(2)]
                + [big(1, 2), big(100, 4), zeros(8), box("moof", 8, 0)],
            .bytes(176 + 1 << 50)),
        Case("MP4, an index cut short", [fileType, box("moov", 8, 0), box("sidx", 12, 4)], .bytes(36)),
        Case("MP4, its first box cut", [Array(fileType.dropLast(4))], .bytes(16)),
        Case("EBML", [ebml, segment, [0x84], zeros(4)], .bytes(14)),
        Case("EBML, cut", [ebml, segment, [0x88], zeros(4)], .bytes(18)),
        Case("EBML, live", [ebml, segment, unknownSize, cluster, unknownSize, [0xA3, 0x84], zeros(4)], .bytes(35)),
        Case(
            "EBML, live, cut", [ebml, segment, unknownSize, cluster, unknownSize, [0xA3, 0x86], zeros(4)], .bytes(37)),
        Case("EBML, cut in a header", [ebml, segment], .more),
        Case("EBML, no element", [ebml, zeros(20)], .unknown),
        Case("RIFF", [text("RIFF"), little(6, 4), text("AVI "), zeros(2)], .bytes(14)),
        Case("RIFF, cut", [text("RIFF"), little(90, 4), text("AVI "), zeros(2)], .bytes(98)),
        Case("RIFF, counting its own header", [text("RIFF"), little(14, 4), text("AVI "), zeros(2)], .bytes(14)),
        Case(
            "RIFF, two", [text("RIFF"), little(6, 4), text("AVI "), zeros(2), text("RIFF"), little(99, 4)],
            .bytes(121)),
        Case("RIFF, not filled in", [text("RIFF"), zeros(4), text("AVI "), zeros(2)], .unknown),
        Case("RIFF, of a pipe", [text("RIFF"), allOnes, text("WAVE"), zeros(2)], .unknown),
        Case(
            "RF64", [text("RF64"), allOnes, text("WAVEds64"), little(28, 4), little(5 << 32, 8), zeros(20)],
            .bytes(8 + 5 << 32)),
        Case("AIFF, cut", [text("FORM"), big(100, 4), text("AIFF"), zeros(2)], .bytes(108)),
        Case("RIFF, of SoX into a pipe", [text("RIFF"), little(0x7FFF_F024, 4), text("WAVE"), zeros(2)], .unknown),
        Case("CAF", [caf, text("data"), big(4, 8), zeros(4)], .bytes(24)),
        Case("CAF, cut", [caf, text("data"), big(9, 8), zeros(4)], .bytes(29)),
        Case("CAF, cut in a header", [caf, text("data"), big(4, 8), zeros(4), text("pakt")], .more),
        Case("CAF, of a pipe", [caf, text("data"), big(.max, 8), zeros(4)], .unknown),
        Case("W64", [wave64, little(44, 8), zeros(20)], .bytes(44)),
        Case("W64, cut", [wave64, little(1 << 40, 8), zeros(20)], .bytes(1 << 40)),
        Case("W64, cut in its header", [wave64, zeros(4)], .more),
        Case("W64, of a pipe", [wave64, little(.max, 8), zeros(20)], .unknown),
        Case("TS", [(0..<4).flatMap { _ in [0x47] + zeros(187) }], .unknown),
        Case("TS, cut", [(0..<4).flatMap { _ in [0x47] + zeros(187) }, [0x47]], .bytes(940)),
        Case("PS", [pack, packet(20, 20), pack, packet(30, 30)], .unknown),
        Case("PS, cut in a packet", [pack, packet(20, 20), pack, packet(30, 29)], .bytes(92)),
        Case("PS, cut before a packet's length", [pack, packet(20, 20), [0, 0, 1, 0xE0, 7]], .bytes(47)),
        Case("PS, cut in a start code", [pack, packet(20, 20), [0, 0, 1]], .bytes(45)),
        Case("PS, cut in a pack header", [pack, packet(20, 20), Array(pack.prefix(13))], .bytes(55)),
        Case("PS, cut in the stuffing of a pack header", [pack, packet(20, 20), Array(pack.dropLast())], .bytes(56)),
        Case("PS, MPEG-1", [oldPack, packet(20, 20)], .unknown),
        Case("PS, MPEG-1, cut", [oldPack, packet(20, 20), oldPack, packet(20, 3)], .bytes(76)),
        Case("PS, with its end", [pack, packet(20, 20), [0, 0, 1, 0xB9]], .unknown),
        Case("PS, rubbish behind", [pack, packet(20, 20), text("rubbish that is no packet")], .unknown),
        Case("PS, zeros behind", [pack, packet(20, 20), zeros(2048)], .unknown),
        Case("PS, damaged lengths", [pack, packet(9, 20), pack, packet(500, 20), pack, packet(20, 20)], .unknown),
        Case("PS, a pack within a packet", [pack, packet(60, 9), [0, 0, 1, 0xBA], packet(41, 41)], .unknown),
        Case("PS, damaged and cut", [pack, packet(9, 20), pack, packet(500, 20), pack, packet(20, 1)], .bytes(123)),
        Case("PS, long packs", [pack, packet(65535, 65535), packet(65535, 65535), packet(9, 8)], .bytes(131_112)),
        Case("PS, packs only", Array(repeating: pack, count: 20000), .unknown),
        Case("PS, no pack near the end", [pack, zeros(1 << 18)], .unknown),
        Case("FLV", [text("FLV\u{1}"), zeros(9), [8, 0, 0, 2], zeros(9), big(13, 4)], .bytes(30)),
        Case("FLV, cut", [text("FLV\u{1}"), zeros(9), [8, 0, 0, 2], zeros(9), big(13, 4), [8, 0, 0]], .more),
        Case("FLV, a size before the file", [text("FLV\u{1}"), zeros(9), allOnes], .more),
        Case("Ogg", [text("OggS"), zeros(22), [1, 3], zeros(3)], .bytes(31)),
        Case("Ogg, cut", [text("OggS"), zeros(22), [1, 3], zeros(2)], .bytes(31)),
        Case("Ogg, cut in a header", [text("OggS"), zeros(20)], .more),
        Case("text", [text("Once upon a time there was a king.")], .unknown),
    ]

    @Test(arguments: cases)
    func promisedLength(example: Case) throws {
        let directory = try TemporaryDirectory()
        let input = try OpenFile(directory.write(example.bytes, to: "in"))
        #expect(try PromisedLength.read(from: DescriptorFile(reading: input.descriptor)) == example.length)
    }

    /// Every prefix and every changed byte of every case: nothing traps, nothing runs on for ever.
    @Test(arguments: cases)
    func hostileBytesAreHarmless(example: Case) throws {
        let directory = try TemporaryDirectory()
        for index in example.bytes.indices where index < 64 {
            for value in [0x00, 0x7F, 0xFF] as [UInt8] {
                var bytes = example.bytes
                bytes[index] = value
                let input = try OpenFile(directory.write(bytes, to: "in"))
                let length = try PromisedLength.read(from: DescriptorFile(reading: input.descriptor))
                if case .bytes(let count) = length { #expect(count >= 0) }
            }
        }
    }
}
