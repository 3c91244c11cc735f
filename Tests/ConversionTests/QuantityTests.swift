import Testing

@testable import Conversion

@Suite struct QuantityTests {
    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (12_345_678, "12.3 MB"), (8 << 30, "8.6 GB"),
        (Int64.max, "9223372036.9 GB"),
    ])
    func bytes(count: Int64, text: String) {
        #expect(Quantity.bytes(count) == text)
    }

    @Test(
        arguments: [
            (0, "0 seconds"), (9.54, "9.5 seconds"), (60, "1:00"), (725, "12:05"), (3723, "1:02:03"),
            (86400, "24:00:00"),
            (.infinity, "unknown length"), (.nan, "unknown length"), (-1, "unknown length"),
        ] as [(Double, String)])
    func duration(seconds: Double, text: String) {
        #expect(Quantity.duration(seconds) == text)
    }
}
