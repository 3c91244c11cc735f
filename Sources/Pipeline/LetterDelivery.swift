import Domain
import Glibc
import LinuxSystem
public import Mail

/// Where letters go: to a mail server, or as `.eml` files into a directory, the embedded default.
public struct LetterDelivery: Sendable {
    public enum Destination: Sendable {
        case server(SMTPServer)
        /// An absolute path.
        case directory(String)
    }

    private let destination: Destination
    private let submission = SMTPSubmission()

    public init(to destination: Destination) { self.destination = destination }

    /// Delivers a message. Returns where it is now, in words.
    func deliver(_ message: MIMEMessage, of letter: Letter) async -> Result<String, DeliveryFailure> {
        do {
            switch destination {
            case .server(let server):
                try await submission.submit(message, to: server)
                return .success("accepted by \(server)")
            case .directory(let path):
                return .success(try await onBlockingThread { try Self.write(message, of: letter, to: path) })
            }
        } catch {
            let kind = (error as? DeliveryError)?.kind ?? .temporary
            return .failure(DeliveryFailure(kind: kind, cause: "\(error)"))
        }
    }

    /// The name follows from the letter alone, so that a letter delivered just before a crash is not written twice.
    private static func write(_ message: MIMEMessage, of letter: Letter, to path: String) throws -> String {
        let directory = try BeneathDirectory(path: path)
        let name = "\(letter.accountName)-\(letter.id)-\(letter.token).eml"
        if try !directory.has(Array(name.utf8)) {
            try DurableFile.create(Array(name.utf8), with: message.bytes, in: directory, mode: 0o640)
        }
        return "\(path)/\(name)"
    }
}

/// A letter that did not arrive.
struct DeliveryFailure: Error {
    let kind: DeliveryError.Kind
    let cause: String
}
