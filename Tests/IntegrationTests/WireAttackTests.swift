import Foundation
import TestSupport
import Testing

@Suite("Requests that no honest program sends")
struct WireAttackTests {
    /// Sends each request as it stands, then no more, and prints what was answered. `arguments`: port, session token.
    private static let send = """
        import json, socket, sys
        port, token = int(sys.argv[1]), sys.argv[2]
        def put(path, fields, body=""):
            return (f"PUT /api/v1/inbox/{path} HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Bearer {token}\\r\\n"
                    + fields + "\\r\\n" + body)
        requests = {
            "more promised than sent": put("a.mp4", "Content-Length: 1000\\r\\n", "x" * 10),
            "two lengths": put("a.mp4", "Content-Length: 5\\r\\nContent-Length: 50\\r\\n", "x" * 50),
            "negative length": put("a.mp4", "Content-Length: -1\\r\\n", "x"),
            "no number": put("a.mp4", "Content-Length: 1e3\\r\\n", "x" * 1000),
            "length beyond all": put("a.mp4", "Content-Length: 99999999999999999999\\r\\n", "x"),
            "length and chunks": put("a.mp4", "Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n", "5\\r\\nxxxxx\\r\\n"),
            "no chunk": put("a.mp4", "Transfer-Encoding: chunked\\r\\n", "zz\\r\\nxx\\r\\n0\\r\\n\\r\\n"),
            "chunks without an end": put("a.mp4", "Transfer-Encoding: chunked\\r\\n", "5\\r\\nxxxxx\\r\\n"),
            "line ends in a name": put("a%0d%0aX-Evil:%201.mp4", "Content-Length: 1\\r\\n", "x"),
            "line end in a preset": put("a.mp4?preset=%0d%0aX-Evil:%201", "Content-Length: 1\\r\\n", "x"),
            "nothing in a name": put("a%00.mp4", "Content-Length: 1\\r\\n", "x"),
            "way up": put("../../x.mp4", "Content-Length: 1\\r\\n", "x"),
            "encoded way up": put("%2e%2e%2f%2e%2e%2fx.mp4", "Content-Length: 1\\r\\n", "x"),
            "way up in between": put("a/..%2f..%2fx.mp4", "Content-Length: 1\\r\\n", "x"),
            "token file": put(".token", "Content-Length: 1\\r\\n", "x"),
            "endless header": put("a.mp4", "X-Long: " + "a" * 200000 + "\\r\\n"),
            "a part": put("a.mp4", "Content-Length: 1\\r\\nContent-Range: bytes 0-0/2\\r\\n", "x"),
        }
        answers = {}
        for name, request in requests.items():
            connection = socket.create_connection(("127.0.0.1", port), 120)
            answer = b""
            try:
                connection.sendall(request.encode())
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    answer += part
            except ConnectionError:
                pass
            answers[name] = answer.decode("utf-8", "replace")
        print(json.dumps(answers))
        """

    @Test("Lying lengths, path tricks and line ends in names are refused, add no header and leave nothing behind")
    func wire() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let result = try await Program("/usr/bin/python3").run(
            ["-c", Self.send, "\(server.url.port ?? 0)", try #require(client.token)])
        try #require(result.status == 0, "\(result.errors)")
        let answers = try JSONDecoder().decode([String: String].self, from: Data(result.output.utf8))
        #expect(answers.count == 17)
        for (name, answer) in answers {
            // Where the request is no HTTP the connection may end without a word.
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(name): \(answer)")
            let head = answer.components(separatedBy: "\r\n\r\n")[0].lowercased()
            #expect(!head.contains("x-evil"), "\(name): \(answer)")
        }
        #expect(answers["line ends in a name"]?.hasPrefix("HTTP/1.1 400") == true)
        #expect(try await client.jobs().isEmpty)
        let spool = appliance.root.appending(path: ".spool").path
        try await eventually("nothing half done is left") {
            try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty
        }
        #expect(try await client.call("/healthz").status == 200)
        try await server.stop()
    }
}
