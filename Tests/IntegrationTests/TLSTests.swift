import Foundation
import LinuxSystem
import TestSupport
import Testing

@Suite("The web page over TLS")
struct TLSTests {
    /// A certificate for localhost and 127.0.0.1, and its key.
    private struct Identity {
        let directory: TemporaryDirectory
        var certificate: String { directory.path + "/certificate.pem" }
        var key: String { directory.path + "/key.pem" }

        init() async throws {
            directory = try TemporaryDirectory()
            let made = try await Program("/usr/bin/openssl").run([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                directory.path + "/key.pem", "-out", directory.path + "/certificate.pem",
            ])
            try #require(made.status == 0, "\(made.errors)")
        }
    }

    private static func serving(_ identity: Identity) -> [String: String] {
        [
            "SOUNDSPOOL_HTTP_TLS_LISTEN": "127.0.0.1:0", "SOUNDSPOOL_HTTP_TLS_CERTIFICATE": identity.certificate,
            "SOUNDSPOOL_HTTP_TLS_KEY": identity.key,
        ]
    }

    private static let body = "{\"email\":\"ada\",\"password\":\"\(Appliance.password)\"}"

    @Test("A port of its own speaks TLS 1.2 and later, and its cookie never travels without")
    func ownPort() async throws {
        let identity = try await Identity()
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve(environment: Self.serving(identity))
        let port = try await eventually("TLS is on") {
            server.program.printed.firstMatch(of: /tls-port=(\d+)/).flatMap { Int($0.1) }
        }
        let url = try #require(URL(string: "https://127.0.0.1:\(port)"))
        let client = try HTTPClient(Appliance.Server(program: server.program, url: url))
        let trust = ["--cacert", identity.certificate]
        let signedIn = try await client.call("/api/v1/sessions", trust[0], trust[1], "-d", Self.body)
        #expect(signedIn.status == 201, "\(signedIn.body)")
        #expect(signedIn.headers.contains("set-cookie: __host-soundspool="))
        #expect(signedIn.headers.contains("; secure"))
        #expect(signedIn.headers.contains("strict-transport-security: max-age=31536000"))
        struct Token: Decodable { let token: String }
        let token = try signedIn.json(Token.self).token
        let me = try await client.call("/api/v1/me", trust[0], trust[1], "-b", "__Host-soundspool=\(token)")
        #expect(me.status == 200)
        // A name that a neighbour on the domain could set is none here.
        #expect(try await client.call("/api/v1/me", trust[0], trust[1], "-b", "soundspool=\(token)").status == 401)
        let put = try await client.call(
            "/api/v1/inbox/a.mp4", trust[0], trust[1], "-T", try await Videos.short().path, "-H",
            "Authorization: Bearer \(token)")
        #expect(put.status == 201)
        // The other port goes on, with a cookie that works there.
        let plain = try await HTTPClient(server).call("/api/v1/sessions", "-d", Self.body)
        #expect(plain.headers.contains("set-cookie: soundspool=") && !plain.headers.contains("; secure"))
        #expect(!plain.headers.contains("strict-transport-security"))
        let old = try await Program("/usr/bin/curl").run([
            "-sS", "--cacert", identity.certificate, "--tlsv1.0", "--tls-max", "1.1", "--ciphers",
            "DEFAULT:@SECLEVEL=0", "\(url)/healthz",
        ])
        #expect(old.status == 35, "\(old.errors)")
        try await server.stop()
    }

    @Test("Files that are no certificate and its key are refused, with their names")
    func unusable() async throws {
        let (identity, other) = (try await Identity(), try await Identity())
        let appliance = try Appliance()
        for (certificate, key) in [
            (identity.key, identity.key), (identity.certificate, other.key), (identity.certificate, "/nonexistent"),
        ] {
            let environment = [
                "SOUNDSPOOL_HTTP_TLS_LISTEN": "127.0.0.1:0", "SOUNDSPOOL_HTTP_TLS_CERTIFICATE": certificate,
                "SOUNDSPOOL_HTTP_TLS_KEY": key,
            ]
            let result = try await Program(built: "soundspool").run(
                ["serve", "--config", appliance.configuration.path], environment: environment)
            #expect(result.status == 78, "\(result.errors)")
            #expect(result.errors.contains("http.tls: ") && result.errors.contains(key))
        }
        let missing = try await Program(built: "soundspool").run(
            ["config", "check", "--config", appliance.configuration.path],
            environment: ["SOUNDSPOOL_HTTP_TLS_LISTEN": "127.0.0.1:0"])
        #expect(missing.status == 78 && missing.errors.contains("http.tls.certificate"), "\(missing.errors)")
    }

    @Test("The sample for nginx loads, and behind it everybody is told from everybody else")
    func nginx() async throws {
        let identity = try await Identity()
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve(environment: [
            "SOUNDSPOOL_HTTP_TRUSTED_PROXIES": "127.0.0.1", "SOUNDSPOOL_HTTP_PUBLIC_URL": "https://sound.example.org",
        ])
        let place = try TemporaryDirectory()
        let sample = try String(
            contentsOf: Program.sourceTree.appending(path: "etc/nginx/soundspool.conf"), encoding: .utf8)
        let ports = (try freePort(), try freePort())
        let letsEncrypt = "/etc/letsencrypt/live/sound.example.org"
        let site =
            sample
            .replacing("listen 80;", with: "listen 127.0.0.1:\(ports.0);")
            .replacing("listen 443 ssl", with: "listen 127.0.0.1:\(ports.1) ssl")
            .replacing(/[ ]+listen \[::\].*\n/, with: "")
            .replacing("\(letsEncrypt)/fullchain.pem", with: identity.certificate)
            .replacing("\(letsEncrypt)/privkey.pem", with: identity.key)
            .replacing("http://127.0.0.1:8080;", with: "http://127.0.0.1:\(server.url.port ?? 0);")
        #expect(!site.contains("letsencrypt") && !site.contains(":8080;"))
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(place.path)/\($0);"
        }
        let configuration = """
            daemon off; master_process off; pid \(place.path)/pid; error_log stderr;
            events {}
            http { access_log off; \(temporary.joined(separator: " "))
            \(site)}
            """
        let file = place.url.appending(path: "nginx.conf")
        try Data(configuration.utf8).write(to: file)
        let arguments = ["-c", file.path, "-p", place.path, "-e", "stderr"]
        let tested = try await Program("/usr/sbin/nginx").run(["-t"] + arguments)
        try #require(tested.status == 0, "\(tested.errors)")
        #expect(!tested.errors.contains("[warn]"), "\(tested.errors)")

        let nginx = try RunningProgram(
            URL(filePath: "/usr/sbin/nginx"), arguments, log: place.url.appending(path: "log"))
        try await eventually("nginx listens") { !LoopbackPort.isFree(UInt16(ports.1)) }
        let url = try #require(URL(string: "https://127.0.0.1:\(ports.1)"))
        let client = try HTTPClient(Appliance.Server(program: server.program, url: url))
        let trust = ["--cacert", identity.certificate]
        let wrong = "{\"email\":\"ada\",\"password\":\"wrong\"}"
        // The sender's own lies about where it comes from change nothing: it is 127.0.0.1 each time.
        var statuses: [Int] = []
        // On a slow machine some more are allowed meanwhile.
        while statuses.count < 100, statuses.last != 429 {
            let answer = try await client.call(
                "/api/v1/sessions", trust[0], trust[1], "-d", wrong, "-H",
                "X-Forwarded-For: 198.51.100.\(statuses.count)")
            statuses.append(answer.status)
        }
        #expect(statuses.count > 10 && statuses.dropLast().allSatisfy { $0 == 401 }, "\(statuses)")
        #expect(statuses.last == 429)
        let redirect = try await Program("/usr/bin/curl").run([
            "-sS", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "http://127.0.0.1:\(ports.0)/account",
        ])
        #expect(redirect.output == "301 https://sound.example.org/account")
        try await appliance.addAccount("grace")
        let body = Self.body.replacing("\"ada\"", with: "\"grace\"")
        let signedIn = try await client.call(
            "/api/v1/sessions", trust[0], trust[1], "-d", body, "-H", "Origin: https://sound.example.org")
        #expect(signedIn.status == 201, "\(signedIn.body)")
        #expect(signedIn.headers.contains("set-cookie: __host-soundspool="))
        #expect(signedIn.headers.contains("strict-transport-security:"))
        // It may have inherited that SIGTERM is blocked.
        try await nginx.end(SIGKILL)
        try await server.stop()
    }
}
