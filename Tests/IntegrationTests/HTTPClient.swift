import Foundation
import TestSupport
import Testing

/// curl, which is what people would use.
struct HTTPClient {
    struct Answer {
        let status: Int
        let headers: String
        let body: String

        func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: Data(body.utf8))
        }
    }

    let url: URL
    let directory: TemporaryDirectory
    private(set) var token: String?

    init(_ server: Appliance.Server) throws {
        url = server.url
        directory = try TemporaryDirectory()
    }

    /// - Parameter arguments: curl's.
    func call(_ path: String, _ arguments: String..., withToken: Bool = true) async throws -> Answer {
        try await call(path, arguments, withToken: withToken)
    }

    func call(_ path: String, _ arguments: [String], withToken: Bool = true) async throws -> Answer {
        let body = directory.url.appending(path: UUID().uuidString)
        var all = ["-sS", "-D", "-", "-o", body.path] + arguments
        if withToken, let token { all += ["-H", "Authorization: Bearer \(token)"] }
        let result = try await Program("/usr/bin/curl").run(all + [url.absoluteString + path])
        try #require(result.status == 0, "\(result.errors)")
        // `100 Continue` may come before the answer.
        let blocks = result.output.components(separatedBy: "\r\n\r\n").filter { !$0.isEmpty }
        let headers = try #require(blocks.last)
        let status = try #require(headers.firstMatch(of: /^HTTP\/[0-9.]+ (\d+)/).flatMap { Int($0.1) })
        let data = (try? Data(contentsOf: body)) ?? Data()
        return Answer(status: status, headers: headers.lowercased(), body: String(decoding: data, as: UTF8.self))
    }

    func download(_ path: String) async throws -> URL {
        let file = directory.url.appending(path: UUID().uuidString + ".mp3")
        let result = try await Program("/usr/bin/curl").run([
            "-sSf", "-o", file.path, "-H", "Authorization: Bearer \(token ?? "")", url.absoluteString + path,
        ])
        try #require(result.status == 0, "\(result.errors)")
        return file
    }

    private struct Token: Decodable { let token: String }

    mutating func signIn(_ name: String = "ada") async throws {
        let body = "{\"email\":\"\(name)@example.org\",\"password\":\"\(Appliance.password)\"}"
        let answer = try await call("/api/v1/sessions", "-H", "Content-Type: application/json", "-d", body)
        try #require(answer.status == 201, "\(answer.body)")
        token = try answer.json(Token.self).token
    }

    struct JobDocument: Decodable {
        let id: String?
        let name: String
        let account: String
        let state: String
        let preset: String?
        let reason: String?
        let output: String?
    }

    private struct Page: Decodable { let jobs: [JobDocument] }

    func jobs() async throws -> [JobDocument] { try await call("/api/v1/jobs").json(Page.self).jobs }

    /// Waits until so many jobs are published for the ledger too: their MP3s are in the outbox before.
    func eventuallyPublished(_ count: Int = 1) async throws {
        try await eventually("\(count) are published") {
            try await jobs().count { $0.state == "published" } == count
        }
    }
}
