import FoundationEssentials
import HTTPTypes
import Hummingbird
import Storage

extension ResumableUpload {
    var path: String { "\(Tus.path)/\(id)" }

    /// What every answer about the upload says of it.
    var headers: HTTPFields {
        var headers = HTTPFields()
        headers[.offset] = String(offset)
        headers[.length] = String(length)
        if job == nil { headers[.uploadExpires] = HTTPDate.text(expires) }
        headers[.metadata] = metadata.isEmpty ? nil : metadata
        headers[.concat] =
            switch kind {
            case .whole: nil
            case .partial: "partial"
            case .joined(let parts): "final;" + parts.map { "\(Tus.path)/\($0)" }.joined(separator: " ")
            }
        headers[.job] = job.map { String($0) }
        return headers
    }
}

extension HTTPFields {
    /// A field that holds a number of bytes; nil where it is not there.
    func bytes(_ field: TusField) throws(Problem) -> Int64? {
        guard let text = self[field] else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(text) else {
            throw .badRequest("\(field.rawValue) should be a number of bytes.")
        }
        return number
    }
}

/// `Upload-Concat`.
enum UploadConcat: Equatable {
    case none, partial
    /// The identifiers of the parts.
    case final([String])

    /// Parts of one upload.
    private static let maximumParts = 1000

    init(_ field: String?) throws(Problem) {
        guard let field else {
            self = .none
            return
        }
        if field == "partial" {
            self = .partial
            return
        }
        let advice = "Upload-Concat should be 'partial', or 'final;' and the parts' addresses with spaces between."
        guard field.hasPrefix("final;") else { throw .badRequest(advice) }
        var parts: [String] = []
        for address in field.dropFirst(6).split(separator: " ") {
            let components = address.split(separator: "/")
            // An address with or without scheme and host; whose part it is is asked later.
            guard let id = components.last, address.contains(Tus.path + "/"), ResumableUpload.isIdentifier(id),
                !parts.contains(String(id))
            else { throw .badRequest(advice) }
            parts.append(String(id))
        }
        guard (1...Self.maximumParts).contains(parts.count) else { throw .badRequest(advice) }
        self = .final(parts)
    }
}
