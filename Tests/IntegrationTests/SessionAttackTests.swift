import Foundation
import TestSupport
import Testing

@Suite("Attacks on sign-in and sessions")
struct SessionAttackTests {
    /// Makes session tokens as an attacker would, and as the service does: HS256 with the service's own key where it is
    /// given. `arguments`: key file or `-`, algorithm, claims.
    private static let forge = """
        import base64, hashlib, hmac, json, sys
        key, algorithm, claims = sys.argv[1:]
        encode = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=")
        text = encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()) + b"." + encode(claims.encode())
        secret = open(key, "rb").read() if key != "-" else b"guessed"
        digest = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}.get(algorithm)
        print((text + b"." + (encode(hmac.new(secret, text, digest).digest()) if digest else b"")).decode(), end="")
        """

    private func forged(_ key: String, _ algorithm: String, _ claims: String) async throws -> String {
        let result = try await Program("/usr/bin/python3").run(["-c", Self.forge, key, algorithm, claims])
        try #require(result.status == 0, "\(result.errors)")
        return result.output
    }

    @Test("Forged, unsigned, expired and revoked tokens open nothing, as bearer or as cookie")
    func tokens() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let token = try #require(client.token)
        let parts = token.split(separator: ".").map(String.init)
        let payload = try #require(parts.dropFirst().first)
        let padded = payload.replacing("-", with: "+").replacing("_", with: "/")
            .padding(toLength: (payload.count + 3) / 4 * 4, withPad: "=", startingAt: 0)
        let claims = String(decoding: try #require(Data(base64Encoded: padded)), as: UTF8.self)
        let key = appliance.state.appending(path: "signing.key").path
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        func status(_ token: String) async throws -> [Int] {
            [
                try await client.call("/api/v1/me", "-H", "Authorization: Bearer \(token)", withToken: false).status,
                try await client.call("/api/v1/me", "-b", "soundspool=\(token)", withToken: false).status,
            ]
        }
        // The forger's hand is right: with the key and the claims it makes what opens.
        #expect(try await status(try await forged(key, "HS256", claims)) == [200, 200])
        let expired = claims.replacing(/"exp":[0-9.]+/, with: "\"exp\":1")
        let bad = [
            try await forged("-", "none", claims), try await forged("-", "None", claims),
            try await forged("-", "HS256", claims), try await forged(key, "HS512", claims),
            try await forged(key, "HS256", expired),
            try await forged(key, "HS256", claims.replacing("\"session\"", with: "\"download\"")),
            try await forged(key, "HS256", claims.replacing("\"iss\":\"soundspool\"", with: "\"iss\":\"other\"")),
            try await forged(key, "HS256", claims.replacing("\"sub\":\"1\"", with: "\"sub\":\"2\"")),
            try await forged(key, "HS256", claims.replacing(/"exp":[0-9.]+,?/, with: "").replacing(",}", with: "}")),
            "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "a.b.c", "",
        ]
        #expect(Set(bad).count == bad.count && !bad.contains(token))
        for token in bad { #expect(try await status(token) == [401, 401], "\(token)") }
        #expect(try await status(token) == [200, 200])
        #expect(try await client.call("/api/v1/sessions/current", "-X", "DELETE").status == 204)
        #expect(try await status(token) == [401, 401])
        try await server.stop()
    }

    @Test("The key may be a credential of systemd's; one that is too short is refused")
    func credential() async throws {
        let credentials = try TemporaryDirectory()
        let file = credentials.url.appending(path: "signing-key")
        let appliance = try Appliance()
        try await appliance.addAccount()
        try Data("too short".utf8).write(to: file)
        let environment = ["CREDENTIALS_DIRECTORY": credentials.path]
        let refused = try await Program(built: "soundspool").run(
            ["serve", "--config", appliance.configuration.path], environment: environment)
        #expect(refused.status == 78 && refused.errors.contains("signing-key"), "\(refused.errors)")
        try Data(repeating: 7, count: 48).write(to: file)
        let server = try await appliance.serve(environment: environment)
        var client = try HTTPClient(server)
        try await client.signIn()
        #expect(try await client.call("/api/v1/me").status == 200)
        #expect(!FileManager.default.fileExists(atPath: appliance.state.appending(path: "signing.key").path))
        try await server.stop()
    }

    @Test("No form can be sent from another site")
    func otherSites() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve(environment: ["SOUNDSPOOL_HTTP_REGISTRATION": "open"])
        var client = try HTTPClient(server)
        try await client.signIn()
        let cookie = "soundspool=\(client.token ?? "")"
        let password = "password=\(Appliance.password.replacing(" ", with: "+"))"
        let forms = [
            ("/sign-in", "login=ada&\(password)"), ("/sign-out", ""),
            ("/register", "name=eve&email=eve%40example.org&\(password)"), ("/confirm", "secret=x&\(password)"),
            ("/forgotten", "email=ada%40example.org"), ("/reset", "secret=x&\(password)"),
            ("/account/password", "current=\(password.dropFirst(9))&new=another+horse+here"),
            ("/account/tokens", "label=eve&days="), ("/account/tokens/1/revoke", ""),
            ("/account/token-file", "token=x"),
            ("/account/remove", password), ("/upload", "x"), ("/letters", "choice=none"),
        ]
        for (path, body) in forms {
            for header in ["Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"] {
                let answer = try await client.call(path, "-b", cookie, "-d", body, "-H", header, withToken: false)
                #expect(answer.status == 403, "\(path) with \(header)")
            }
        }
        #expect(try await client.call("/api/v1/me").status == 200)
        let tokens = try await client.call("/api/v1/tokens").body
        #expect(tokens.contains("\"first\"") && !tokens.contains("eve"))
        let accounts = try await appliance.command("account", "list").output
        #expect(!accounts.contains("eve"))
        try await server.stop()
    }

    @Test("Of 1,000 wrong passwords few are tried, the rest is told to wait, and others sign in meanwhile")
    func guessing() async throws {
        let appliance = try Appliance(configuration: "mail: {window: 1s}")
        let yaml = try String(contentsOf: appliance.configuration, encoding: .utf8)
        try Data(yaml.replacing("http:\n", with: "http:\n  trustedProxies: 127.0.0.1\n").utf8)
            .write(to: appliance.configuration)
        try await appliance.addAccount()
        try await appliance.addAccount("grace")
        let server = try await appliance.serve()
        let client = try HTTPClient(server)
        // Over one connection: curl's URL with a range, each answer's status on a line.
        func statuses(_ login: String, _ count: Int, from place: String) async throws -> [Int] {
            let result = try await Program("/usr/bin/curl").run([
                "-sS", "-o", "/dev/null", "-w", "%{http_code}\n", "-H", "Content-Type: application/json",
                "-H", "X-Forwarded-For: 203.0.113.9, \(place)", "-d", "{\"email\":\"\(login)\",\"password\":\"wrong\"}",
                "\(server.url)/api/v1/sessions?[1-\(count)]",
            ])
            return result.output.split(separator: "\n").compactMap { Int($0) }
        }
        let known = try await statuses("ada@example.org", 1000, from: "198.51.100.1")
        #expect(known.count == 1000)
        #expect(Set(known) == [401, 429])
        let tried = known.count { $0 == 401 }
        #expect((10...40).contains(tried), "\(tried)")
        // The eleventh is refused, unless one more was allowed while the ten were checked.
        let unknown = try await statuses("nobody@example.org", 100, from: "198.51.100.2")
        #expect(known.prefix(10) == unknown.prefix(10))
        #expect(Set(unknown) == [401, 429])
        // From elsewhere the address is held up too, but neither another account nor the name: nobody is to learn whose
        // address it is.
        func signIn(_ login: String, _ password: String = Appliance.password) async throws -> HTTPClient.Answer {
            let body = "{\"email\":\"\(login)\",\"password\":\"\(password)\"}"
            return try await client.call(
                "/api/v1/sessions", "-H", "Content-Type: application/json", "-d", body, "-H",
                "X-Forwarded-For: 198.51.100.3")
        }
        // One more is allowed every half minute. Once it was taken, the next is as far away as can be.
        try await eventually("one more is tried") { try await signIn("ada@example.org", "wrong").status == 401 }
        let held = try await signIn("ada@example.org")
        #expect(held.status == 429)
        #expect(held.headers.contains("retry-after: "))
        #expect(try await signIn("ada").status == 201)
        #expect(try await client.signInStatus("grace", Appliance.password) == 201)
        try await server.stop()
    }
}
