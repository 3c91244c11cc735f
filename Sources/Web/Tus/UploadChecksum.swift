import Crypto
import FoundationEssentials
import NIOCore

/// `Upload-Checksum: ALGORITHM BASE64`: the digest of one request's body.
struct UploadChecksum {
    /// SHA-1 is what tus asks every server for; MD5 guards against a bad line as well.
    enum Algorithm: String, CaseIterable {
        case sha1, sha256, md5
    }

    private enum Hasher {
        case sha1(Insecure.SHA1), sha256(SHA256), md5(Insecure.MD5)
    }

    private var hasher: Hasher
    private let expected: Data

    static let algorithms = Algorithm.allCases.map(\.rawValue).joined(separator: ",")

    /// Nil where the request has none.
    static func named(_ field: String?) throws(Problem) -> UploadChecksum? {
        guard let field else { return nil }
        let words = field.split(separator: " ")
        guard words.count == 2, let algorithm = Algorithm(rawValue: String(words[0])),
            let digest = Data(base64Encoded: String(words[1]))
        else {
            throw .badRequest("Upload-Checksum should be one of \(algorithms), a space, and the digest in Base64.")
        }
        return UploadChecksum(algorithm, digest)
    }

    private init(_ algorithm: Algorithm, _ expected: Data) {
        hasher =
            switch algorithm {
            case .sha1: .sha1(Insecure.SHA1())
            case .sha256: .sha256(SHA256())
            case .md5: .md5(Insecure.MD5())
            }
        self.expected = expected
    }

    mutating func update(_ bytes: ByteBuffer) {
        switch hasher {
        case .sha1(var hash):
            hash.update(data: bytes.readableBytesView)
            hasher = .sha1(hash)
        case .sha256(var hash):
            hash.update(data: bytes.readableBytesView)
            hasher = .sha256(hash)
        case .md5(var hash):
            hash.update(data: bytes.readableBytesView)
            hasher = .md5(hash)
        }
    }

    var isRight: Bool {
        switch hasher {
        case .sha1(let hash): Data(hash.finalize()) == expected
        case .sha256(let hash): Data(hash.finalize()) == expected
        case .md5(let hash): Data(hash.finalize()) == expected
        }
    }
}
