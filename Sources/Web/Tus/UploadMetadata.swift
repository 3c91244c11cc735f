import ConversionContract
import Domain
import FoundationEssentials

/// `Upload-Metadata`: pairs of a key and a value in Base64 (RFC 4648 section 4), separated by commas.
struct UploadMetadata {
    /// Bytes of the field.
    private static let maximumLength = 4096

    let text: String
    private let values: [String: [UInt8]]

    init(_ field: String?) throws(Problem) {
        text = field ?? ""
        guard text.utf8.count <= Self.maximumLength else {
            throw .badRequest("Upload-Metadata is too long: it should have at most \(Self.maximumLength) bytes.")
        }
        var values: [String: [UInt8]] = [:]
        for pair in text.split(separator: ",") {
            let words = pair.split(separator: " ")
            guard (1...2).contains(words.count),
                let value = Data(base64Encoded: String(words.count == 2 ? words[1] : "")),
                values.updateValue(Array(value), forKey: String(words[0])) == nil
            else {
                throw .badRequest(
                    "Upload-Metadata should be different keys with values in Base64, like 'filename dmlkZW8ubXA0'.")
            }
        }
        self.values = values
    }

    /// What the file is to be called: `filename`, or `name` as some clients say.
    func drop() throws(Problem) -> DropPath {
        guard let name = values["filename"] ?? values["name"], !name.isEmpty else {
            throw .badRequest("Upload-Metadata should hold the file's name as filename, in Base64.")
        }
        return try UploadName.inMetadata(name)
    }

    func preset() throws(Problem) -> Preset? {
        try Preset.named(String(decoding: values["preset"] ?? [], as: UTF8.self))
    }
}
