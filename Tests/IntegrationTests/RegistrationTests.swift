import Foundation
import TestSupport
import Testing

@Suite("Registering on the web page")
struct RegistrationTests {
    private static let password = "correct horse battery"

    private static func wish(_ name: String, email: String? = nil, invitation: String? = nil) -> [String: Any] {
        var wish = ["name": name, "email": email ?? "\(name)@example.org", "password": password]
        wish["invitation"] = invitation
        return wish
    }

    /// An appliance with a mail server, so that addresses are confirmed.
    private func appliance(_ policy: String) async throws -> (Appliance, MailServer, Appliance.Server) {
        let mail = try await MailServer.start("scripted_server.py")
        let appliance = try Appliance(
            configuration: "mail: {server: 'smtp://127.0.0.1:\(mail.port)', tls: none, from: spool@example.org}")
        let server = try await appliance.serve(environment: [
            "SOUNDSPOOL_HTTP_PUBLIC_URL": "http://sound.example.org", "SOUNDSPOOL_HTTP_REGISTRATION": policy,
        ])
        return (appliance, mail, server)
    }

    @Test("Register, confirm from the letter, sign in, drop: by program")
    func confirmed() async throws {
        let (appliance, mail, server) = try await appliance("open")
        let client = try HTTPClient(server)
        let begun = try await client.send("POST", "/api/v1/accounts", Self.wish("ada"))
        #expect(begun.status == 202, "\(begun.body)")
        #expect(begun.body.contains("\"needsConfirmation\":true"))
        // Nobody can sign in or drop with it.
        #expect(try await client.signInStatus("ada", Self.password) == 401)
        #expect(!FileManager.default.fileExists(atPath: appliance.folder("inbox").path))
        let letter = try await eventually("the letter is sent") { try mail.messages().first }.unquoted
        #expect(letter.contains("To: ada@example.org"))
        let link = try letter.group(#/http://sound\.example\.org(/confirm\?secret=\S+)/#)
        let secret = try link.group(#/secret=(\w+)/#)
        // Looking at the page changes nothing.
        #expect(try await client.call(link).status == 200)
        #expect(try await client.signInStatus("ada", Self.password) == 401)
        let wrong = try await client.send(
            "POST", "/api/v1/accounts/confirmations", ["secret": secret, "password": "somebody else's"])
        #expect(wrong.status == 401)
        let confirmation = ["secret": secret, "password": Self.password]
        #expect(try await client.send("POST", "/api/v1/accounts/confirmations", confirmation).status == 201)
        #expect(try await client.send("POST", "/api/v1/accounts/confirmations", confirmation).status == 404)
        #expect(try await client.signInStatus("ada", Self.password) == 201)
        try await appliance.drop(try await Videos.short(), as: "talk.mp4")
        try await eventually("it is published") { appliance.names("outbox") == ["talk.mp3"] }
        try await server.stop()
        try await mail.program.end()
    }

    @Test("Register and confirm by the page's forms")
    func forms() async throws {
        let (appliance, mail, server) = try await appliance("open")
        let client = try HTTPClient(server)
        let password = "password=\(Self.password)"
        let begun = try await client.call(
            "/register", "-d", "name=ada&email=ada@example.org", "--data-urlencode", password)
        #expect(begun.status == 200 && begun.body.contains("A letter is on its way"))
        let letter = try await eventually("the letter is sent") { try mail.messages().first }.unquoted
        let secret = try letter.group(#/confirm\?secret=(\w+)/#)
        let wrong = try await client.call("/confirm", "-d", "secret=\(secret)&password=wrong")
        #expect(wrong.status == 401 && wrong.body.contains(secret))
        let confirmed = try await client.call("/confirm", "-d", "secret=\(secret)", "--data-urlencode", password)
        #expect(confirmed.status == 303)
        #expect(confirmed.headers.contains("set-cookie: soundspool="))
        #expect(try await client.signInStatus("ada", Self.password) == 201)
        #expect(FileManager.default.fileExists(atPath: appliance.folder("inbox").path))
        try await server.stop()
        try await mail.program.end()
    }

    @Test("An address that there is an account with is answered like a new one; its owner gets a letter")
    func known() async throws {
        let (appliance, mail, server) = try await appliance("open")
        try await appliance.addAccount()
        let client = try HTTPClient(server)
        let known = try await client.send(
            "POST", "/api/v1/accounts", Self.wish("mallory", email: "ADA@example.org"))
        let new = try await client.send("POST", "/api/v1/accounts", Self.wish("mallory"))
        #expect(known.status == 202)
        #expect(known.status == new.status && known.body == new.body)
        let letters = try await eventually("both letters are sent") {
            let letters = try mail.messages()
            return letters.count == 2 ? letters.map(\.unquoted) : nil
        }
        let told = try #require(letters.first { $0.contains("To: ada@example.org") })
        #expect(told.contains("You have an account already") && told.contains("http://sound.example.org/sign-in"))
        #expect(!told.contains("secret="))
        #expect(try await client.signInStatus("ada", Appliance.password) == 201)
        let taken = try await client.send("POST", "/api/v1/accounts", Self.wish("ada", email: "new@example.org"))
        #expect(taken.status == 409)
        try await server.stop()
        try await mail.program.end()
    }

    @Test("An invitation makes one account, for its address, and the ledger does not hold it")
    func invited() async throws {
        let (appliance, mail, server) = try await appliance("invite")
        let client = try HTTPClient(server)
        #expect(try await client.send("POST", "/api/v1/accounts", Self.wish("ada")).status == 403)
        struct Made: Decodable { let invitation: String }
        let invitation = try await appliance.json(Made.self, "account", "invite", "--email", "ada@example.org")
            .invitation
        let wish = Self.wish("mallory", invitation: invitation)
        #expect(try await client.send("POST", "/api/v1/accounts", wish).status == 403)
        let begun = try await client.send("POST", "/api/v1/accounts", Self.wish("ada", invitation: invitation))
        #expect(begun.status == 202, "\(begun.body)")
        let letter = try await eventually("the letter is sent") { try mail.messages().first }.unquoted
        let secret = try letter.group(#/confirm\?secret=(\w+)/#)
        let confirmation = ["secret": secret, "password": Self.password]
        #expect(try await client.send("POST", "/api/v1/accounts/confirmations", confirmation).status == 201)
        let again = Self.wish("other", email: "ada@example.org", invitation: invitation)
        #expect(try await client.send("POST", "/api/v1/accounts", again).status == 403)
        for name in try FileManager.default.contentsOfDirectory(atPath: appliance.state.path) {
            let contents = try? Data(contentsOf: appliance.state.appending(path: name))
            #expect(contents?.range(of: Data(invitation.utf8)) == nil)
        }
        try await server.stop()
        try await mail.program.end()
    }

    @Test("Without mail the account is made at once, by the page too; where registering is closed, not at all")
    func withoutMail() async throws {
        let appliance = try Appliance()
        let closed = try await appliance.serve()
        #expect(try await HTTPClient(closed).send("POST", "/api/v1/accounts", Self.wish("ada")).status == 403)
        #expect(try await !HTTPClient(closed).call("/sign-in").body.contains("/register"))
        try await closed.stop()

        let server = try await appliance.serve(environment: ["SOUNDSPOOL_HTTP_REGISTRATION": "open"])
        let client = try HTTPClient(server)
        #expect(try await client.call("/sign-in").body.contains("href=\"/register\""))
        #expect(try await client.call("/register").body.contains("name=\"password\""))
        let refused = try await client.call("/register", "-d", "name=ada&email=ada%40example.org&password=password1")
        #expect(refused.status == 400)
        #expect(refused.body.contains("tried first") && refused.body.contains("value=\"ada@example.org\""))
        let made = try await client.call(
            "/register", "-d", "name=ada&email=ada%40example.org", "--data-urlencode", "password=\(Self.password)")
        #expect(made.status == 200, "\(made.body)")
        #expect(try await client.signInStatus("ada@example.org", Self.password) == 201)
        #expect(FileManager.default.fileExists(atPath: appliance.folder("inbox").appending(path: ".token").path))
        let known = try await client.send("POST", "/api/v1/accounts", Self.wish("bob", email: "ada@example.org"))
        let new = try await client.send("POST", "/api/v1/accounts", Self.wish("bob"))
        #expect(known.status == 202)
        #expect(known.body == new.body)
        try await eventually("ada is told") {
            try appliance.letters.map(\.unquoted).contains { $0.contains("You have an account already") }
        }
        try await server.stop()
    }

    @Test(
        "What cannot be an account is refused in words",
        arguments: [
            ["name": "Ada Lovelace", "email": "ada@example.org", "password": password],
            ["name": "../ada", "email": "ada@example.org", "password": password],
            ["name": "ada", "email": "ada", "password": password],
            ["name": "ada", "email": "ada@example.org\r\nBcc: eve@example.org", "password": password],
            ["name": "ada", "email": "ada@example.org", "password": "short"],
            ["name": "ada", "email": "ada@example.org"],
        ])
    func refused(wish: [String: String]) async throws {
        let appliance = try Appliance()
        let server = try await appliance.serve(environment: ["SOUNDSPOOL_HTTP_REGISTRATION": "open"])
        let answer = try await HTTPClient(server).send("POST", "/api/v1/accounts", wish)
        #expect(answer.status == 400)
        #expect(answer.headers.contains("application/problem+json"))
        #expect(try await appliance.json([[String: String]].self, "account", "list").isEmpty)
        try await server.stop()
    }
}
