import Domain

/// The file names that uploads may have: one path component of at most 255 bytes without control characters.
enum UploadName {
    /// Linux's NAME_MAX, in bytes.
    private static let maximumLength = 255

    /// The name in the path of `PUT /api/v1/inbox/{name}`, percent-encoded.
    static func inPath(_ component: some StringProtocol) throws(Problem) -> DropPath {
        guard let bytes = PercentEncoding.decode(component) else {
            throw .badRequest(
                "The file's name in the URL is not percent-encoded rightly: '%' should be written as %25.")
        }
        return try checked(bytes)
    }

    /// The `filename` of a form's part. Some browsers put folders before it; RFC 7578 section 4.2 says to leave them out.
    static func inForm(_ filename: [UInt8]) throws(Problem) -> DropPath {
        let separators = Array(#"/\"#.utf8)
        let name = filename.lastIndex(where: separators.contains).map { Array(filename[($0 + 1)...]) } ?? filename
        return try checked(unescaped(name))
    }

    /// The `filename` of a resumable upload's metadata.
    static func inMetadata(_ name: [UInt8]) throws(Problem) -> DropPath { try checked(name) }

    /// Browsers write a quotation mark in a file's name as `%22` (WHATWG HTML, "multipart/form-data").
    private static func unescaped(_ name: [UInt8]) -> [UInt8] {
        Array(String(decoding: name, as: UTF8.self).utf8) == name
            ? Array(String(decoding: name, as: UTF8.self).replacing("%22", with: "\"").utf8) : name
    }

    private static func checked(_ name: [UInt8]) throws(Problem) -> DropPath {
        guard name.count <= maximumLength else {
            throw .badRequest("The file's name is too long: it should have at most \(maximumLength) bytes.")
        }
        guard !name.contains(UInt8(ascii: "/")) else {
            throw .badRequest("The file's name holds a '/'. Send the name alone, without folders.")
        }
        let scalars = String(decoding: name, as: UTF8.self).unicodeScalars
        guard !scalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .badRequest("The file's name holds control characters. Rename it and send it again.")
        }
        guard let drop = DropPath(bytes: name) else {
            throw .badRequest("A file cannot have this name. Send it as PUT /api/v1/inbox/NAME, like video.mp4.")
        }
        guard !DropName.isIgnored(drop.name) else {
            throw .badRequest(
                "Files named like \(drop.display) (hidden or half-copied) are not converted. Rename it and send it again."
            )
        }
        return drop
    }
}
