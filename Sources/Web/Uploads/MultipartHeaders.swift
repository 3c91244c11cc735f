/// A form part's headers: RFC 7578 section 4.2.
struct MultipartHeaders: Equatable {
    /// The form field's name.
    let name: String
    /// The file's name as it was sent; empty where no file was chosen, nil where the part is no file.
    let filename: [UInt8]?

    private static let maximumCount = 16

    init(name: String, filename: [UInt8]?) {
        self.name = name
        self.filename = filename
    }

    /// - Parameter bytes: The lines of the headers, without the blank line.
    init(_ bytes: some Sequence<UInt8>) throws(MultipartError) {
        let lines = Self.lines(Array(bytes))
        guard lines.count <= Self.maximumCount else { throw .headersTooLong }
        var disposition: HeaderParameters?
        for line in lines {
            // A line end alone, or a folded line, has no place in a form's headers.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }),
                line.first != UInt8(ascii: " "), line.first != UInt8(ascii: "\t")
            else { throw .malformedHeaders }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            guard name == "content-disposition" else { continue }
            guard disposition == nil, let parameters = HeaderParameters(line[(colon + 1)...]) else {
                throw .malformedHeaders
            }
            disposition = parameters
        }
        guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
            throw .malformedHeaders
        }
        self.name = name
        filename = disposition[bytes: "filename"]
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices.dropLast()
        where bytes[index] == UInt8(ascii: "\r") && bytes[index + 1] == UInt8(ascii: "\n") {
            lines.append(bytes[start..<index])
            start = index + 2
        }
        return lines + [bytes[start...]]
    }
}
