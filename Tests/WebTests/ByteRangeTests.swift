import Testing

@testable import Web

struct ByteRangeTests {
    @Test(
        arguments: [
            (nil, .whole),
            ("bytes=0-0", .part(0..<1)),
            ("bytes=0-99", .part(0..<100)),
            ("bytes=0-100", .part(0..<100)),
            ("bytes=99-", .part(99..<100)),
            ("bytes=0-", .part(0..<100)),
            ("bytes=-1", .part(99..<100)),
            ("bytes=-100", .part(0..<100)),
            ("bytes=-1000", .part(0..<100)),
            ("Bytes= 5-9 ", .part(5..<10)),
            ("bytes=5-99999999999999999999999", .part(5..<100)),
            ("bytes=0-9223372036854775807", .part(0..<100)),
            ("bytes=100-", .unsatisfiable),
            ("bytes=100-200", .unsatisfiable),
            ("bytes=99999999999999999999999-", .unsatisfiable),
            ("bytes=-0", .unsatisfiable),
            ("bytes=9-5", .whole),
            ("bytes=-", .whole),
            ("bytes=", .whole),
            ("bytes", .whole),
            ("bytes=a-b", .whole),
            ("bytes=+1-2", .whole),
            ("bytes=0-1,5-6", .whole),
            ("bytes=--1", .whole),
            ("lines=0-1", .whole),
        ] as [(String?, ByteRange)])
    func answers(field: String?, answer: ByteRange) {
        #expect(ByteRange(field, size: 100) == answer)
    }

    @Test(arguments: ["bytes=0-", "bytes=0-0", "bytes=-1"]) func anEmptyFileHasNoRange(field: String) {
        #expect(ByteRange(field, size: 0) == .unsatisfiable)
    }
}
