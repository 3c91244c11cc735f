/// What a Range field asks for: RFC 9110 section 14.
enum ByteRange: Equatable {
    /// No range, or one that is not understood, which section 14.2 says to ignore; several ranges too.
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    /// - Parameter size: The file's, in bytes.
    init(_ field: String?, size: Int64) {
        guard let field, let equals = field.firstIndex(of: "="),
            field[..<equals].lowercased() == "bytes",
            let ends = Self.ends(field[field.index(after: equals)...])
        else {
            self = .whole
            return
        }
        switch ends {
        case (nil, nil): self = .whole
        case (nil, let suffix?):
            self = suffix > 0 && size > 0 ? .part(max(0, size - suffix)..<size) : .unsatisfiable
        case (let first?, let last):
            if let last, last < first {
                self = .whole
            } else if first >= size {
                self = .unsatisfiable
            } else {
                self = .part(first..<min(size, (last ?? size - 1).addingOne))
            }
        }
    }

    private static func ends(_ text: Substring) -> (Int64?, Int64?)? {
        let ends = text.trimmed.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy(Self.isDigit) }) else { return nil }
        return (number(ends[0]), number(ends[1]))
    }

    /// Numbers that no file reaches all mean the same.
    private static func number(_ digits: Substring) -> Int64? {
        digits.isEmpty ? nil : Int64(digits) ?? .max
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension Int64 {
    fileprivate var addingOne: Int64 { self == .max ? self : self + 1 }
}
