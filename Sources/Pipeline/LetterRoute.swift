import Domain
import Glibc
import LinuxSystem
import Mail
import Storage

/// One way out for letters, for one sender: a connection that is kept, or a directory.
struct LetterRoute: Sendable {
    enum Way: Sendable {
        case server(SMTPConnection)
        case directory(String)
        case webhook(WebhookConnection)
    }

    let way: Way
    let composer: LetterComposer
    let links: LetterLinks?
    let tree: AccountTree

    /// Delivers a letter. Returns where it is now, in words.
    func deliver(_ letter: Letter) async -> Result<String, DeliveryFailure> {
        do {
            switch (way, letter.recipient) {
            case (.server(let connection), .address(let address)):
                let reply = try await connection.submit(message(for: letter, to: address))
                return .success("accepted by \(connection.server)" + (reply.map { ": \($0)" } ?? ""))
            case (.directory(let path), .address(let address)):
                let message = message(for: letter, to: address)
                return .success(try await onBlockingThread { try Self.write(message, of: letter, to: path) })
            case (.webhook(let connection), _):
                let body = try EventDocument(letter, links: links).bytes()
                return .success("\(connection.webhook) answered \(try await connection.post(body, id: letter.token))")
            case (_, .webhook):
                return .failure(DeliveryFailure(kind: .permanent, cause: "There is no webhook.", concernsLetter: true))
            }
        } catch let error as DeliveryError {
            return .failure(
                DeliveryFailure(kind: error.kind, cause: error.message, concernsLetter: error.concernsLetter))
        } catch {
            return .failure(DeliveryFailure(kind: .temporary, cause: "\(error)", concernsLetter: false))
        }
    }

    /// Lets go of a connection that is kept.
    func rest() async {
        switch way {
        case .server(let connection): await connection.close()
        case .webhook(let connection): await connection.close()
        case .directory: break
        }
    }

    private func message(for letter: Letter, to address: EmailAddress) -> MIMEMessage {
        composer.message(for: letter, to: address, outbox: tree.path(.outbox, of: letter.accountName))
    }

    /// The name follows from the letter alone, so that a letter delivered just before a crash is not written twice.
    private static func write(_ message: MIMEMessage, of letter: Letter, to path: String) throws -> String {
        let directory = try BeneathDirectory(path: path)
        let name = "\(letter.accountName)-\(letter.id)-\(letter.token).eml"
        if try directory.has(Array(name.utf8)) {
            // The crash may have come before its name was durable.
            try directory.synchronize()
        } else {
            try DurableFile.create(Array(name.utf8), with: message.bytes, in: directory, mode: 0o640)
        }
        return "\(path)/\(name)"
    }
}

/// A letter that did not arrive.
struct DeliveryFailure: Error {
    let kind: DeliveryError.Kind
    let cause: String
    /// Whether another letter may fare better.
    let concernsLetter: Bool
}
