import Testing

@testable import Mail

@Suite struct QuotedPrintableTests {
    @Test(arguments: [
        ("", ""),
        ("a", "a\r\n"),
        ("a\n", "a\r\n"),
        ("a\r\nb\rc\n", "a\r\nb\r\nc\r\n"),
        ("\n\n", "\r\n\r\n"),
        ("a=b", "a=3Db\r\n"),
        ("end \n", "end=20\r\n"),
        ("end\t\n", "end=09\r\n"),
        ("in the middle", "in the middle\r\n"),
        ("\0", "=00\r\n"),
        ("é", "=C3=A9\r\n"),
        (".", ".\r\n"),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 76) + "\r\n"),
        (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx\r\n"),
        (String(repeating: "x", count: 74) + "=", String(repeating: "x", count: 74) + "=\r\n=3D\r\n"),
        (String(repeating: "x", count: 73) + "=", String(repeating: "x", count: 73) + "=3D\r\n"),
    ]) func encodes(_ text: String, _ expected: String) {
        #expect(String(decoding: QuotedPrintable.encode(text), as: UTF8.self) == expected)
    }
}
