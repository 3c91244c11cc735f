import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Storage
import Testing

@testable import Web

struct InboxDocumentTests {
    @Test(arguments: [
        ("sound.example.org", "sound.example.org"), ("sound.example.org:8080", "sound.example.org"),
        ("127.0.0.1:80", "127.0.0.1"), ("[::1]:8080", "[::1]"), ("ada:secret@example.org", "example.org"),
        ("", nil), (":80", nil), ("a b", nil), ("evil\"><b>", nil), ("a/b", nil), ("münchen.example", nil),
    ])
    func hostOfAnAuthority(authority: String, host: String?) {
        #expect(WebSettings.host(in: authority) == host)
    }

    @Test(arguments: [
        ("https://Sound.example.org/", "sound.example.org"), ("http://sound.example.org:8080/x", "sound.example.org"),
        (nil, nil), ("", nil),
    ])
    func hostOfThePublicURL(url: String?, host: String?) {
        #expect(WebSettings(publicURL: url).publicHost == host)
    }

    @Test func anInboxOfTheServiceHasOnlyAPath() throws {
        let address = InboxAddress(
            try #require(AccountName("ada")), in: AccountTree(root: "/srv/soundspool"), user: nil)
        let document = InboxDocument(address, host: "example.org")
        let json = String(decoding: try JSONText.data(document), as: UTF8.self)
        #expect(json == #"{"path":"/srv/soundspool/home/ada/inbox","sftp":null,"smb":null}"#)
        #expect(document.unc == nil)
    }

    @Test func anInboxOfAUserHasAddresses() throws {
        let tree = AccountTree(root: "/srv/sound spool")
        let root = try #require(UnixUser(named: "root"))
        let namesake = InboxDocument(
            InboxAddress(try #require(AccountName("root")), in: tree, user: root), host: "example.org")
        #expect(namesake.sftp == "sftp://root@example.org/srv/sound%20spool/home/root/inbox")
        #expect(namesake.smb == "smb://example.org/soundspool")
        #expect(namesake.unc == #"\\example.org\soundspool"#)
        // Samba finds the share by the user's name.
        let other = InboxAddress(try #require(AccountName("ada")), in: tree, user: root)
        #expect(InboxDocument(other, host: "example.org").smb == nil)
        #expect(InboxDocument(other, host: nil).sftp == nil)
    }

    @Test func thePagesTellIt() throws {
        let account = Account(
            id: 1, name: try #require(AccountName("root")), email: try #require(EmailAddress("ada@example.org")),
            preset: .voice, isEnabled: true, created: Date())
        let tree = AccountTree(root: "/srv/<b>")
        func html(_ user: UnixUser?) throws -> String {
            let inbox = InboxHint(
                InboxDocument(InboxAddress(account.name, in: tree, user: user), host: "example.org"))
            return try Pages(settings: WebSettings()).homeHTML(account, JobList(jobs: [], next: nil), inbox: inbox)
        }
        let plain = try html(nil)
        #expect(plain.contains("<code>/srv/&lt;b&gt;/home/root/inbox</code>"))
        #expect(!plain.contains("sftp://"))
        let connected = try html(UnixUser(named: "root"))
        #expect(connected.contains("<code>sftp://root@example.org/srv/%3Cb%3E/home/root/inbox</code>"))
        #expect(connected.contains("<code>smb://example.org/soundspool</code>"))
        #expect(connected.contains(#"<code>\\example.org\soundspool</code>"#))
    }
}
