import Foundation
import TestSupport

@testable import Mail

/// A running aiosmtpd that takes mail into a directory.
struct DeliveringServer {
    struct Envelope: Decodable {
        let from: String
        let to: [String]
        let hello: String
        let tls: Bool
        let mechanism: String?
    }

    let port: Int
    let directory: URL
    /// The self-signed certificate for `localhost`, where the server speaks TLS.
    let certificate: URL

    enum TLS: CaseIterable {
        case none, startTLS, implicit
    }

    static func run<Result>(
        tls: TLS = .none, isExpired: Bool = false, host: String = "127.0.0.1", options: [String: Any] = [:],
        _ body: (DeliveringServer) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let certificate = directory.appending(path: "certificate.pem")
            var options = options.merging(["directory": directory.path(), "host": host]) { $1 }
            if tls != .none {
                let made = try await Certificate.make(in: directory, isExpired: isExpired)
                options["certificate"] = made.certificate.path()
                options["key"] = made.key.path()
                options["implicit_tls"] = tls == .implicit
                options["require_tls"] = tls == .startTLS
            }
            return try await PythonProgram.withServer("delivering_server.py", options: options) { port in
                try await body(DeliveringServer(port: port, directory: directory, certificate: certificate))
            }
        }
    }

    /// The first message taken.
    func message() throws -> [UInt8] {
        try Array(Data(contentsOf: directory.appending(path: "1.eml")))
    }

    func envelope() throws -> Envelope {
        try JSONDecoder().decode(Envelope.self, from: Data(contentsOf: directory.appending(path: "1.json")))
    }

    var isEmpty: Bool {
        !FileManager.default.fileExists(atPath: directory.appending(path: "1.json").path())
    }
}
