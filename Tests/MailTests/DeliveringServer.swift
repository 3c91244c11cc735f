import Foundation

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
        tls: TLS = .none, host: String = "127.0.0.1", options: [String: Any] = [:],
        _ body: (DeliveringServer) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let certificate = directory.appending(path: "certificate.pem")
            var options = options.merging(["directory": directory.path(), "host": host]) { $1 }
            if tls != .none {
                let key = directory.appending(path: "key.pem")
                try await makeCertificate(certificate, key: key)
                options["certificate"] = certificate.path()
                options["key"] = key.path()
                options["implicit_tls"] = tls == .implicit
                options["require_tls"] = tls == .startTLS
            }
            return try await PythonProgram.withServer("delivering_server.py", options: options) { port in
                try await body(DeliveringServer(port: port, directory: directory, certificate: certificate))
            }
        }
    }

    private static func makeCertificate(_ certificate: URL, key: URL) async throws {
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key.path(), "-out",
            certificate.path(),
        ]
        _ = try await PythonProgram.output(of: URL(filePath: "/usr/bin/openssl"), arguments: arguments)
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
