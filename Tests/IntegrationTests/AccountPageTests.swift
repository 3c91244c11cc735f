import Foundation
import TestSupport
import Testing

@Suite("Looking after one's account on the web page")
struct AccountPageTests {
    private static let newPassword = "another horse, another battery"

    private func serving(_ environment: [String: String] = [:]) async throws -> (Appliance, Appliance.Server) {
        let appliance = try Appliance()
        try await appliance.addAccount()
        return (appliance, try await appliance.serve(environment: environment))
    }

    @Test("A changed password ends the other sessions and not this one")
    func password() async throws {
        let (appliance, server) = try await serving()
        var client = try HTTPClient(server)
        try await client.signIn()
        let other = try await client.another(server)
        let path = "/api/v1/me/password"
        let wrong = try await client.send("PUT", path, ["current": "wrong", "new": Self.newPassword])
        #expect(wrong.status == 403)
        let common = try await client.send("PUT", path, ["current": Appliance.password, "new": "Password1!"])
        #expect(common.status == 400)
        #expect(try await other.call("/api/v1/me").status == 200)
        let fields = ["current": Appliance.password, "new": Self.newPassword]
        #expect(try await client.send("PUT", path, fields).status == 204)
        #expect(try await client.call("/api/v1/me").status == 200)
        #expect(try await other.call("/api/v1/me").status == 401)
        #expect(try await client.signInStatus("ada", Appliance.password) == 401)
        #expect(try await client.signInStatus("ada", Self.newPassword) == 201)
        #expect(try await client.send("PUT", path, fields, withToken: false).status == 401)
        try await server.stop()
        withExtendedLifetime(appliance) {}
    }

    @Test("A forgotten password is set anew from the letter, once; for nobody the answer is the same")
    func forgotten() async throws {
        let (appliance, server) = try await serving(["SOUNDSPOOL_HTTP_PUBLIC_URL": "http://sound.example.org"])
        var client = try HTTPClient(server)
        try await client.signIn()
        let nobody = try await client.send("POST", "/api/v1/password-resets", ["email": "nobody@example.org"])
        let ada = try await client.send("POST", "/api/v1/password-resets", ["email": "ada@example.org"])
        #expect(ada.status == 202)
        #expect(nobody.status == ada.status && nobody.body == ada.body)
        let letter = try await eventually("the letter is written") { try appliance.letters.first }.unquoted
        let link = try letter.group(#/http://sound\.example\.org(/reset\?secret=\S+)/#)
        let secret = try link.group(#/secret=(\w+)/#)
        #expect(try await client.call(link).status == 200)
        let common = try await client.call("/reset", "-d", "secret=\(secret)&password=password1")
        #expect(common.status == 400 && common.body.contains(secret))
        #expect(try await client.call("/api/v1/me").status == 200)
        let reset = try await client.call(
            "/reset", "-d", "secret=\(secret)", "--data-urlencode", "password=\(Self.newPassword)")
        #expect(reset.status == 200 && reset.body.contains("Your password is set"))
        #expect(try await client.call("/api/v1/me").status == 401)
        #expect(try await client.signInStatus("ada", Self.newPassword) == 201)
        let again = ["secret": secret, "password": Self.newPassword]
        #expect(try await client.send("PUT", "/api/v1/password-resets", again).status == 404)
        // Nobody is flooded with letters, known or not.
        for email in ["ada@example.org", "nobody@example.org"] {
            var statuses: [Int] = []
            for _ in 0..<3 {
                let answer = try await client.send("POST", "/api/v1/password-resets", ["email": email])
                statuses.append(answer.status)
            }
            #expect(statuses == [202, 202, 429])
        }
        try await server.stop()
    }

    @Test("By the page's forms: a forgotten password, another one, and the account's removal")
    func forms() async throws {
        let (appliance, server) = try await serving(["SOUNDSPOOL_HTTP_PUBLIC_URL": "http://sound.example.org"])
        var client = try HTTPClient(server)
        try await client.signIn()
        let asked = try await client.call("/forgotten", "-d", "email=ada@example.org", withToken: false)
        #expect(asked.status == 200 && asked.body.contains("a letter is on its way"))
        try await eventually("the letter is written") { try appliance.letters.first != nil }
        let changed = try await client.call(
            "/account/password", "--data-urlencode", "current=\(Appliance.password)", "--data-urlencode",
            "new=\(Self.newPassword)")
        #expect(changed.status == 200 && changed.body.contains("Your password is changed"))
        #expect(try await client.signInStatus("ada", Self.newPassword) == 201)
        let removed = try await client.call("/account/remove", "--data-urlencode", "password=\(Self.newPassword)")
        #expect(removed.status == 200 && removed.body.contains("Your account is removed"))
        #expect(removed.headers.contains("max-age=0"))
        #expect(try await client.call("/api/v1/me").status == 401)
        #expect(!FileManager.default.fileExists(atPath: appliance.root.appending(path: "home/ada").path))
        try await server.stop()
    }

    @Test("A drop token is shown once, comes as a file, drops, and is dead once revoked; by page and by program")
    func tokens() async throws {
        let (appliance, server) = try await serving()
        var client = try HTTPClient(server)
        try await client.signIn()
        let page = try await client.call("/account/tokens", "-d", "label=<b>laptop&days=30")
        #expect(page.status == 200, "\(page.body)")
        #expect(page.body.contains("&lt;b&gt;laptop"))
        let token = try page.body.group(#/<code id="issued">(ssp_[a-z2-7]+)</#)
        #expect(try await !client.call("/account").body.contains(token))
        let file = try await client.call("/account/token-file", "-d", "token=\(token)")
        #expect(file.body == token + "\n")
        #expect(file.headers.contains("content-disposition: attachment; filename=\".token\""))
        let bearer = "Authorization: Bearer \(token)"
        let video = try await Videos.short().path
        let put = try await client.call("/api/v1/inbox/a.mp4", "-T", video, "-H", bearer, withToken: false)
        #expect(put.status == 201)
        struct Listing: Decodable {
            struct Token: Decodable {
                let id: String
                let label: String
                let created: String
                let expires: String?
                let lastUsed: String?
            }
            let tokens: [Token]
        }
        let all = try await client.call("/api/v1/tokens").json(Listing.self).tokens
        #expect(all.map(\.label) == ["first", "<b>laptop"])
        let issued = try #require(all.last)
        #expect(issued.expires != nil && issued.lastUsed != nil)
        // A drop token may drop and nothing else.
        #expect(try await client.call("/api/v1/tokens", "-H", bearer, withToken: false).status == 401)

        try await appliance.addAccount("mallory")
        let mallory = try await client.another(server, "mallory")
        #expect(try await mallory.call("/api/v1/tokens/\(issued.id)", "-X", "DELETE").status == 404)
        #expect(try await mallory.call("/account/tokens/\(issued.id)/revoke", "-X", "POST").status == 404)
        #expect(try await mallory.call("/account/token-file", "-d", "token=\(token)").status == 404)
        #expect(try await mallory.call("/api/v1/tokens").json(Listing.self).tokens.map(\.label) == ["first"])

        #expect(try await client.call("/account/tokens/\(issued.id)/revoke", "-X", "POST").status == 303)
        let late = try await client.call("/api/v1/inbox/b.mp4", "-T", video, "-H", bearer, withToken: false)
        #expect(late.status == 401)
        let made = try await client.send("POST", "/api/v1/tokens", ["label": "phone", "days": 0])
        #expect(made.status == 400)
        // Without its token the inbox takes nothing.
        let first = try #require(all.first)
        #expect(try await client.call("/api/v1/tokens/\(first.id)", "-X", "DELETE").status == 204)
        try await appliance.drop(try await Videos.short(), as: "late.mp4")
        try await eventually("STATUS.txt says why") { appliance.statusText().contains("was revoked") }
        try await server.stop()
    }

    @Test("Removing one's account ends what is under way, and takes every file and session along")
    func removal() async throws {
        let (appliance, server) = try await serving()
        var client = try HTTPClient(server)
        try await client.signIn()
        let other = try await client.another(server)
        try await appliance.drop(try await Videos.endless(), as: "long.mp4")
        try await eventually("it is converting") { try await appliance.jobs().first?.state == "converting" }
        #expect(try await client.call("/account/remove", "-d", "password=wrong").status == 403)
        #expect(try await client.call("/api/v1/me").status == 200)
        let removed = try await client.send("DELETE", "/api/v1/me", ["password": Appliance.password])
        #expect(removed.status == 204, "\(removed.body)")
        #expect(!FileManager.default.fileExists(atPath: appliance.root.appending(path: "home/ada").path))
        #expect(try await other.call("/api/v1/me").status == 401)
        #expect(try await client.signInStatus("ada", Appliance.password) == 401)
        let spool = appliance.root.appending(path: ".spool").path
        try await eventually("nothing is left in the spool") {
            try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty
        }
        #expect(try await appliance.jobs().isEmpty)
        #expect(try await appliance.json([[String: String]].self, "account", "list").isEmpty)
        try await server.stop()
    }
}
