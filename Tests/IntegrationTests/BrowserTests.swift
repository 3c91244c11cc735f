import Foundation
import TestSupport
import Testing

/// Chromium with the page. What it sees is kept in `.build/artifacts/screenshots`.
@Suite("The page in a browser", .serialized)
struct BrowserTests {
    private static let axe = Program.sourceTree.appending(path: ".build/inputs/axe/axe.min.js")

    private static func pictures(_ name: String) -> String {
        Program.sourceTree.appending(path: ".build/artifacts/screenshots/\(name)").path
    }

    /// Starts one of `Browser/*.py`.
    private func start(_ script: String, _ options: [String: Any], in directory: URL) throws -> RunningProgram {
        let json = String(decoding: try JSONSerialization.data(withJSONObject: options), as: UTF8.self)
        let path = Program.sourceTree.appending(path: "Tests/IntegrationTests/Browser/\(script)").path
        return try RunningProgram(
            URL(filePath: "/usr/bin/python3"), ["-u", "-B", path, json], log: directory.appending(path: "browser.log"))
    }

    /// The scripts end themselves, and their browsers, when something takes too long.
    private func expectEnd(of script: RunningProgram, _ server: Appliance.Server) async throws {
        try await eventually("the browser ends", within: 1000) { !script.isRunning }
        let status = try await script.ended()
        #expect(status == 0, "\(script.printed.suffix(6000))\n\(server.program.printed.suffix(3000))")
        try await server.stop()
    }

    @Test("Register, confirm, upload over a line that breaks, watch, play, download, remove, sign out")
    func story() async throws {
        let mail = try await MailServer.start("scripted_server.py")
        let appliance = try Appliance(
            configuration: "mail: {server: 'smtp://127.0.0.1:\(mail.port)', tls: none, from: spool@example.org}")
        let backend = appliance.directory.url.appending(path: "backend")
        let script = try start(
            "story.py",
            [
                "backend": backend.path, "mail": mail.directory.path, "video": try await Videos.film().path,
                "short": try await Videos.short().path, "silent": try await Videos.silent().path,
                "long": try await Videos.endless().path, "outbox": appliance.folder("outbox").path,
                "promote": [
                    Program.builtPrograms.appending(path: "soundspool").path, "account", "administrator", "ada", "on",
                    "--config", appliance.configuration.path,
                ],
                "pictures": Self.pictures("story"),
            ], in: appliance.directory.url)
        let port = try await eventually("the proxy listens") {
            guard script.isRunning else { throw NeverHappened(description: "it ended: \(script.printed)") }
            return script.printed.firstMatch(of: /ready (\d+)/).flatMap { Int($0.1) }
        }
        let server = try await appliance.serve(environment: [
            "SOUNDSPOOL_HTTP_PUBLIC_URL": "http://127.0.0.1:\(port)", "SOUNDSPOOL_HTTP_REGISTRATION": "open",
        ])
        try Data("\(try #require(server.url.port))".utf8).write(to: backend, options: .atomic)
        try await expectEnd(of: script, server)
        try await mail.program.end()
    }

    @Test("Without scripts: sign in, send a form, see the list, download, remove, sign out")
    func withoutScripts() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let script = try start(
            "without_scripts.py",
            [
                "url": server.url.absoluteString, "password": Appliance.password,
                "video": try await Videos.short().path, "outbox": appliance.folder("outbox").path,
                "pictures": Self.pictures("without-scripts"),
            ], in: appliance.directory.url)
        try await expectEnd(of: script, server)
    }

    @Test("Over TLS the cookie is bound to the host; a script that slipped into the page does not run")
    func guarded() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let certificate = try await Certificate.make(in: appliance.directory.url)
        let server = try await appliance.serve(environment: [
            "SOUNDSPOOL_HTTP_TLS_LISTEN": "127.0.0.1:0",
            "SOUNDSPOOL_HTTP_TLS_CERTIFICATE": certificate.certificate.path,
            "SOUNDSPOOL_HTTP_TLS_KEY": certificate.key.path,
        ])
        let port = try await eventually("TLS is on") {
            server.program.printed.firstMatch(of: /tls-port=(\d+)/).flatMap { Int($0.1) }
        }
        let script = try start(
            "guarded.py",
            [
                "url": "https://localhost:\(port)", "password": Appliance.password,
                "certificate": certificate.certificate.path,
                "pictures": Self.pictures("guarded"),
            ], in: appliance.directory.url)
        try await expectEnd(of: script, server)
    }

    @Test(
        "Everybody can use every page: axe, phones, the keyboard, the policy",
        .enabled(if: FileManager.default.fileExists(atPath: axe.path), "`make test` fetches it"))
    func accessibility() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        try await appliance.command("account", "administrator", "ada", "on")
        let server = try await appliance.serve(environment: [
            "SOUNDSPOOL_HTTP_PUBLIC_URL": "http://sound.example.org", "SOUNDSPOOL_HTTP_REGISTRATION": "open",
        ])
        try await appliance.drop(try await Videos.short(), as: "a talk.mp4")
        try await appliance.drop(try await Videos.silent(), as: "nothing to hear.mp4")
        let letter = try await eventually("both have ended") {
            let letters = try appliance.letters
            return letters.count == 2 ? letters.first?.unquoted : nil
        }
        let link = try letter.group(#/http://sound\.example\.org(/letters[^\s>]+)/#)
        let script = try start(
            "accessibility.py",
            [
                "url": server.url.absoluteString, "password": Appliance.password, "axe": Self.axe.path, "links": [link],
                "pictures": Self.pictures("accessibility"),
            ], in: appliance.directory.url)
        try await expectEnd(of: script, server)
    }
}
