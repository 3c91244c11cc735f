/// A field's value with parameters, like `form-data; name="file"; filename="a.mp4"`: RFC 9110 section 5.6.6.
///
/// Works on bytes: a quote that a combining character follows is still a quote.
struct HeaderParameters: Equatable {
    /// What stands before the first semicolon, in lower case.
    let value: String
    private let parameters: [String: [UInt8]]

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let semicolon = UInt8(ascii: ";")
    private static let equals = UInt8(ascii: "=")

    /// Nil where a parameter has no `=`, or a quoted value no end. Of two parameters with one name the first counts.
    init?(_ text: some Sequence<UInt8>) {
        var rest = Array(text)[...]
        value = Self.word(rest.prefix { $0 != Self.semicolon })
        rest = rest.drop { $0 != Self.semicolon }
        var parameters: [String: [UInt8]] = [:]
        while rest.popFirst() != nil {
            rest = rest.drop(while: Self.isSpace)
            guard !rest.isEmpty else { break }
            let name = Self.word(rest.prefix { $0 != Self.equals && $0 != Self.semicolon })
            rest = rest.drop { $0 != Self.equals && $0 != Self.semicolon }
            guard !name.isEmpty, rest.popFirst() == Self.equals else { return nil }
            guard let value = Self.parameterValue(&rest) else { return nil }
            rest = rest.drop(while: Self.isSpace)
            guard rest.isEmpty || rest.first == Self.semicolon else { return nil }
            if parameters[name] == nil { parameters[name] = value }
        }
        self.parameters = parameters
    }

    subscript(bytes name: String) -> [UInt8]? { parameters[name] }

    subscript(name: String) -> String? { parameters[name].map { String(decoding: $0, as: UTF8.self) } }

    private static func parameterValue(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.first == quote else {
            let token = rest.prefix { $0 != semicolon && !isSpace($0) }
            rest = rest.dropFirst(token.count)
            return Array(token)
        }
        rest.removeFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote { return value }
            // Browsers send a backslash of a file name as it is, others escape: only what must be escaped was.
            if byte == backslash, let next = rest.first, next == quote || next == backslash {
                value.append(next)
                rest.removeFirst()
            } else {
                value.append(byte)
            }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func word(_ bytes: ArraySlice<UInt8>) -> String {
        let start = bytes.drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start.startIndex
        return String(decoding: start[start.startIndex..<end], as: UTF8.self).lowercased()
    }
}
