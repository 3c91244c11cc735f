import Foundation
import TestSupport
import Testing

@Suite("The links in letters")
struct LetterLinkTests {
    /// A published file's letter, from a service whose page people reach at another address than the one it listens on.
    private func letter(_ environment: [String: String] = [:]) async throws -> (Appliance, Appliance.Server, String) {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let page = ["SOUNDSPOOL_HTTP_PUBLIC_URL": "https://sound.example.org"]
        let server = try await appliance.serve(environment: page.merging(environment) { $1 })
        try await appliance.drop(try await Videos.short(), as: "a.mp4")
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        // Quoted-printable's soft line breaks and `=3D`.
        let text = try #require(try appliance.letters.first).replacing("=\r\n", with: "").replacing("=3D", with: "=")
        return (appliance, server, text)
    }

    private func path(_ pattern: some RegexComponent<(Substring, Substring)>, in letter: String) throws -> String {
        String(try #require(letter.firstMatch(of: pattern)?.output.1))
    }

    @Test("A download link needs no sign-in; altered, or for another file, it leads nowhere")
    func download() async throws {
        let (appliance, server, letter) = try await letter()
        let link = try path(#/https://sound\.example\.org(/api/v1/outbox/\S+)\r\n/#, in: letter)
        let client = try HTTPClient(server)
        let answer = try await client.call(link)
        #expect(answer.status == 200)
        #expect(answer.headers.contains("content-type: audio/mpeg"))
        #expect(try await client.call(link, "-H", "Range: bytes=0-2").body == "ID3")
        #expect(try await client.call("/api/v1/outbox/1").status == 401)
        for altered in [
            link + "x", String(link.dropLast(5)), link.replacing("/outbox/1?", with: "/outbox/2?"),
            link.replacing("expires=", with: "expires=9"), link.replacing(/expires=\d+&/, with: ""),
            link.replacing("signature=", with: "signature=x"),
        ] {
            #expect(try await client.call(altered).status == 404, "\(altered)")
        }
        #expect(try await client.call(link, "-X", "DELETE").status != 200)
        try await appliance.command("account", "disable", "ada")
        #expect(try await client.call(link).status == 404)
        try await server.stop()
    }

    @Test("A download link that has expired says so")
    func expired() async throws {
        let (appliance, server, letter) = try await letter(["SOUNDSPOOL_MAIL_LINK_LIFETIME": "0s"])
        let link = try path(#/https://sound\.example\.org(/api/v1/outbox/\S+)\r\n/#, in: letter)
        let answer = try await HTTPClient(server).call(link)
        #expect(answer.status == 403)
        #expect(answer.body.contains("This link has expired."))
        try await server.stop()
        withExtendedLifetime(appliance) {}
    }

    @Test("One click ends the letters (RFC 8058); looking at the page does not, and there one can choose")
    func unsubscribe() async throws {
        let (appliance, server, letter) = try await letter()
        #expect(letter.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"))
        let link = try path(#/List-Unsubscribe:\s+<https://sound\.example\.org(/letters\?[^>]+)>\r\n/#, in: letter)
        func choice() async throws -> String {
            let output = try await appliance.command("account", "show", "ada").output
            return String(output.firstMatch(of: /Letters: (\w+)/)?.1 ?? "")
        }
        let client = try HTTPClient(server)
        let page = try await client.call(link)
        #expect(page.status == 200)
        #expect(page.body.contains("Letters to ada"))
        #expect(page.body.contains("value=\"digest\" checked"))
        #expect(try await choice() == "digest")
        #expect(try await client.call(link, "-d", "List-Unsubscribe=One-Click").status == 200)
        #expect(try await choice() == "none")
        let form = try await client.call(link, "-d", "choice=failures")
        #expect(form.body.contains("Your choice is saved."))
        #expect(form.body.contains("value=\"failures\" checked"))
        #expect(try await choice() == "failures")
        #expect(try await client.call(link, "-F", "List-Unsubscribe=One-Click").status == 200)
        #expect(try await choice() == "none")
        #expect(try await client.call(link, "-d", "choice=sometimes").status == 400)
        for altered in [link + "x", link.replacing("account=1", with: "account=2"), "/letters"] {
            #expect(try await client.call(altered).status == 404)
            #expect(try await client.call(altered, "-d", "choice=each").status == 404)
        }
        #expect(try await choice() == "none")
        try await server.stop()
    }

    @Test("Every result is posted to the webhook, signed")
    func webhook() async throws {
        let hook = try await MailServer.start("webhook_server.py", ["secret": "0123456789abcdef", "statuses": [500]])
        let place = try TemporaryDirectory()
        let secret = place.url.appending(path: "secret")
        try Data("0123456789abcdef\n".utf8).write(to: secret)
        let appliance = try Appliance()
        try await appliance.addAccount()
        let url = "http://127.0.0.1:\(hook.port)/"
        let incomplete = try await Program(built: "soundspool").run(
            ["serve", "--config", appliance.configuration.path], environment: ["SOUNDSPOOL_WEBHOOK_URL": url])
        #expect(incomplete.status == 78)
        #expect(incomplete.errors.contains("webhook.url needs a secret"), "\(incomplete.errors)")
        let server = try await appliance.serve(environment: [
            "SOUNDSPOOL_WEBHOOK_URL": url, "SOUNDSPOOL_WEBHOOK_SECRET_FILE": secret.path,
        ])
        try await appliance.drop(try await Videos.silent(), as: "silent.mp4")
        try await eventually("it is posted twice") {
            hook.program.printed.components(separatedBy: "\npost ").count == 3
        }
        let posts = hook.program.printed.split(separator: "\n").filter { $0.hasPrefix("post ") }
        #expect(posts.allSatisfy { $0.contains("\"signed\": true") && $0.contains("\"reason\": \"no-audio\"") })
        #expect(Set(posts.compactMap { $0.firstMatch(of: /"id": "([^"]+)"/)?.1 }).count == 1)
        try await eventually("letter and event are sent") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 2 sent, 0 failed")
        }
        try await server.stop()
        try await hook.program.end()
    }
}
