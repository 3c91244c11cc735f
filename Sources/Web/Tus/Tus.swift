import HTTPTypes
import Hummingbird

/// The words of tus 1.0.0 (https://tus.io/protocols/resumable-upload).
enum Tus {
    static let version = "1.0.0"
    static let path = "/api/v1/uploads"
    static let contentType = "application/offset+octet-stream"
    static let extensions =
        "creation,creation-with-upload,termination,expiration,checksum,concatenation"

    static let checksumMismatch = HTTPResponse.Status(code: 460, reasonPhrase: "Checksum Mismatch")
    static let locked = HTTPResponse.Status(code: 423, reasonPhrase: "Locked")
}

/// The fields that tus adds to HTTP.
enum TusField: String {
    case resumable = "Tus-Resumable"
    case version = "Tus-Version"
    case extensions = "Tus-Extension"
    case maxSize = "Tus-Max-Size"
    case checksumAlgorithm = "Tus-Checksum-Algorithm"
    case length = "Upload-Length"
    case offset = "Upload-Offset"
    case metadata = "Upload-Metadata"
    case uploadExpires = "Upload-Expires"
    case checksum = "Upload-Checksum"
    case concat = "Upload-Concat"
    case methodOverride = "X-HTTP-Method-Override"
    /// Not tus's: the job that an upload became.
    case job = "Soundspool-Job"
}

extension HTTPFields {
    subscript(field: TusField) -> String? {
        get { HTTPField.Name(field.rawValue).flatMap { self[$0] } }
        set { if let name = HTTPField.Name(field.rawValue) { self[name] = newValue } }
    }
}
