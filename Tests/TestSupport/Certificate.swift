public import Foundation

/// A self-signed certificate for `localhost`, which is its own authority, with its key.
public struct Certificate: Sendable {
    public let certificate: URL
    public let key: URL

    /// - Parameter isExpired: Whether it was good until yesterday.
    public static func make(in directory: URL, isExpired: Bool = false) async throws -> Certificate {
        let made = Certificate(
            certificate: directory.appending(path: "certificate.pem"), key: directory.appending(path: "key.pem"))
        let script = Program.sourceTree.appending(path: "Tests/MailTests/Servers/make_certificate.py").path
        let result = try await Program("/usr/bin/python3").run([
            script, made.certificate.path, made.key.path, isExpired ? "0" : "2",
        ])
        guard result.status == 0 else { throw NeverHappened(description: "no certificate: \(result.errors)") }
        return made
    }
}
