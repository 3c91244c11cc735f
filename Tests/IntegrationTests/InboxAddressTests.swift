import Foundation
import TestSupport
import Testing

@Suite("How people without the page find their inbox")
struct InboxAddressTests {
    private struct Me: Decodable {
        struct Inbox: Decodable {
            let path: String
            let sftp: String?
            let smb: String?
        }
        let inbox: Inbox
    }

    @Test("By its path, and by SFTP once it belongs to a user of the machine")
    func inbox() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        let path = appliance.folder("inbox").path
        let before = try await client.call("/api/v1/me").json(Me.self).inbox
        #expect(before.path == path)
        #expect(before.sftp == nil)
        #expect(before.smb == nil)
        for page in ["/", "/account"] { #expect(try await client.call(page).body.contains("<code>\(path)</code>")) }
        if getuid() == 0 {
            // As `account connect` does, and an administrator may.
            let given = try await Program("/bin/chown").run(["daemon", path])
            try #require(given.status == 0, "\(given.errors)")
            let sftp = "sftp://daemon@127.0.0.1\(path)"
            let after = try await client.call("/api/v1/me").json(Me.self).inbox
            #expect(after.sftp == sftp)
            #expect(after.smb == nil)
            for page in ["/", "/account"] { #expect(try await client.call(page).body.contains("<code>\(sftp)</code>")) }
        }
        try await server.stop()
    }

    /// The sample for Samba finds an inbox by its user's name.
    @Test(
        "By Samba, where the account is named as the user", .enabled(if: getuid() == 0, "giving files away needs root"))
    func share() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount("daemon")
        let server = try await appliance.serve(environment: [
            "SOUNDSPOOL_HTTP_PUBLIC_URL": "https://sound.example.org"
        ])
        var client = try HTTPClient(server)
        try await client.signIn("daemon")
        let given = try await Program("/bin/chown").run(["daemon", appliance.folder("inbox", of: "daemon").path])
        try #require(given.status == 0, "\(given.errors)")
        let inbox = try await client.call("/api/v1/me").json(Me.self).inbox
        #expect(inbox.smb == "smb://sound.example.org/soundspool")
        for page in ["/", "/account"] {
            let body = try await client.call(page).body
            #expect(body.contains("<code>smb://sound.example.org/soundspool</code>"))
            #expect(body.contains(#"<code>\\sound.example.org\soundspool</code>"#))
        }
        try await server.stop()
    }
}
