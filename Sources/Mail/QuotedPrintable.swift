/// The quoted-printable transfer encoding (RFC 2045 section 6.7) of UTF-8 text.
enum QuotedPrintable {
    /// The longest line without its CRLF, a soft line break's `=` included.
    private static let maximumLineLength = 76

    /// `\n`, `\r\n` and a lone `\r` in the text are line ends; every line of the result ends in CRLF.
    static func encode(_ text: String) -> [UInt8] {
        let normal = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        let lines = normal.last?.isEmpty == true ? normal.dropLast() : normal[...]
        return lines.flatMap { encodeLine($0.utf8) + Array("\r\n".utf8) }
    }

    private static func encodeLine(_ line: Substring.UTF8View) -> [UInt8] {
        var output: [UInt8] = []
        var column = 0
        for (index, byte) in zip(line.indices, line) {
            let isLast = line.index(after: index) == line.endIndex
            let isPlain =
                switch byte {
                case UInt8(ascii: "="): false
                // White space at a line's end is lost on the way.
                case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
                default: (0x21...0x7E).contains(byte)
                }
            let encoded = isPlain ? [byte] : Array("=\(hexadecimal(byte))".utf8)
            if column + encoded.count > maximumLineLength - (isLast ? 0 : 1) {
                output += Array("=\r\n".utf8)
                column = 0
            }
            output += encoded
            column += encoded.count
        }
        return output
    }

    /// Two digits, upper case.
    static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
