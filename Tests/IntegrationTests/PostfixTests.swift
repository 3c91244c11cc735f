import Foundation
import TestSupport
import Testing

@Suite("Letters through postfix", .enabled(if: Postfix.isWanted, "it needs root and postfix"))
struct PostfixTests {
    private func configuration(_ postfix: Postfix, password: URL, more: String = "") -> String {
        """
        mail:
          server: smtp://localhost:\(postfix.port)
          from: \(Postfix.user)
          username: \(Postfix.user)
          passwordFile: \(password.path)
          caFile: \(postfix.certificate.path)
          connections: 1
        \(more)
        """
    }

    @Test("STARTTLS, AUTH, and several letters over one connection into a Maildir")
    func delivered() async throws {
        let postfix = try await Postfix.start()
        let password = postfix.directory.url.appending(path: "password")
        try Data((Postfix.password + "\n").utf8).write(to: password)
        let appliance = try Appliance(configuration: configuration(postfix, password: password))
        try await appliance.addAccount()
        try await appliance.command("account", "letters", "ada", "each")
        // With nobody who takes letters they wait for one another, however long conversions take.
        let early = try await appliance.serve(environment: ["SOUNDSPOOL_MAIL_SERVER": "smtp://localhost:1"])
        for number in 1...5 { try await appliance.drop(try await Videos.short(), as: "film \(number).mp4") }
        try await eventually("all are queued") {
            try await appliance.command("status").output.contains("Letters:    5 queued, 0 sent, 0 failed")
        }
        try await early.stop()
        let server = try await appliance.serve()
        try await eventually("all are delivered") { try postfix.messages().count == 5 }
        try await server.stop()
        let messages = try postfix.messages()
        var subjects: Set<String> = []
        for message in messages {
            let letter = try await ParsedLetter.parse(message)
            #expect(letter.defects == [])
            #expect(letter.names.contains("Auto-Submitted"))
            let name = letter.subject.replacing("Your MP3 is ready: ", with: "")
            let path = "\(appliance.folder("outbox").path)/\(name)"
            #expect(letter.body.contains("    \(path)\n"), "\(letter.body)")
            #expect(letter.html?.contains(">\(path)<") == true)
            subjects.insert(letter.subject)
        }
        #expect(subjects == Set((1...5).map { "Your MP3 is ready: film \($0).mp3" }))
        #expect(messages.allSatisfy { $0.contains("with ESMTPSA") }, "TLS and AUTH (RFC 3848)")
        #expect(Set(messages.compactMap { $0.firstMatch(of: /Message-ID: (.*)/)?.1 }).count == 5)
        // Apart from those with which this test asked whether postfix listens, and which asked for nothing.
        let sessions = try await eventually("postfix tells of the last session's end") {
            let letters = postfix.said.matches(of: /disconnect from \S+ ehlo=2 starttls=1 auth=1 mail=(\d+)/)
                .map { Int($0.1) ?? 0 }
            return letters.reduce(0, +) == 5 ? letters : nil
        }
        #expect(sessions.count < 5, "\(sessions)")
        #expect(postfix.said.components(separatedBy: "sasl_username=\(Postfix.user)").count == 6)
        #expect(!server.program.printed.contains(Postfix.password))
        try await postfix.stop()
    }

    @Test("`mail test` shows the dialogue, and no password")
    func tried() async throws {
        let postfix = try await Postfix.start()
        let password = postfix.directory.url.appending(path: "password")
        try Data((Postfix.password + "\n").utf8).write(to: password)
        let appliance = try Appliance(configuration: configuration(postfix, password: password))

        let right = try await appliance.command("mail", "test", "ada@example.org")
        #expect(right.status == 0, "\(right.errors)")
        for line in [
            "> EHLO ", "> STARTTLS", "* SSL connection using TLSv1.3", "> AUTH ", "(hidden)", "< 235 ", "> DATA",
        ] {
            #expect(right.output.contains(line), "\(right.output)")
        }
        #expect(right.output.contains("took the letter to ada@example.org: 250 2.0.0 Ok: queued as"))
        try await eventually("it is delivered") { try postfix.messages().count == 1 }

        let nobody = try await appliance.command("mail", "test", "nobody@example.org")
        #expect(nobody.status == 69)
        #expect(nobody.errors.contains("refused RCPT: 550 5.1.1"), "\(nobody.errors)")

        try Data("not-the-horse\n".utf8).write(to: password)
        let wrong = try await appliance.command("mail", "test", "ada@example.org")
        #expect(wrong.status == 78)
        #expect(wrong.errors.contains("Check the mail server's user name and password."), "\(wrong.errors)")
        for text in [right.output, right.errors, wrong.output, wrong.errors] {
            for secret in [Postfix.password, "not-the-horse"] {
                #expect(!text.contains(secret))
                #expect(!text.contains(Data(secret.utf8).base64EncodedString()))
                let plain = Data("\0\(Postfix.user)\0\(secret)".utf8).base64EncodedString()
                #expect(!text.contains(plain))
            }
        }
        try await postfix.stop()
    }

    @Test("A relay that is denied is the administrator's business, and costs nobody a letter")
    func relayDenied() async throws {
        let postfix = try await Postfix.start(more: "smtpd_relay_restrictions = reject_unauth_destination")
        let password = postfix.directory.url.appending(path: "password")
        try Data((Postfix.password + "\n").utf8).write(to: password)
        let appliance = try Appliance(configuration: configuration(postfix, password: password))
        try await appliance.addAccount()
        let added = try await appliance.command("account", "add", "bob", "--email", "bob@elsewhere.test")
        #expect(added.status == 0, "\(added.errors)")
        let tried = try await appliance.command("mail", "test", "bob@elsewhere.test")
        #expect(tried.status == 78)
        #expect(tried.errors.contains("refused RCPT: 554 5.7.1"), "\(tried.errors)")
        #expect(tried.errors.contains("Check the sender's address"), "\(tried.errors)")
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.silent(), as: "bad.mp4", for: "bob")
        try await eventually("it was refused") {
            server.program.printed.contains("letter not delivered, trying again later")
        }
        try await appliance.drop(try await Videos.silent(), as: "bad.mp4")
        try await eventually("the other one is delivered") { try postfix.messages().count == 1 }
        try await eventually("the ledger knows") {
            try await appliance.command("status").output.contains("Letters:    1 queued, 1 sent, 0 failed")
        }
        try await server.stop()
        try await postfix.stop()
    }

    @Test("The password may be a credential of systemd's")
    func credential() async throws {
        let postfix = try await Postfix.start()
        let credentials = try TemporaryDirectory()
        try Data((Postfix.password + "\n").utf8).write(to: credentials.url.appending(path: "mail-password"))
        let appliance = try Appliance(
            configuration: """
                mail:
                  server: smtp://localhost:\(postfix.port)
                  from: \(Postfix.user)
                  username: \(Postfix.user)
                  caFile: \(postfix.certificate.path)
                """)
        try await appliance.addAccount()
        let without = try await appliance.command("mail", "test", "ada@example.org")
        #expect(without.status == 78)
        #expect(without.errors.contains("mail.username has no password"), "\(without.errors)")
        let server = try await appliance.serve(environment: ["CREDENTIALS_DIRECTORY": credentials.path])
        try await appliance.drop(try await Videos.silent(), as: "silent.mp4")
        try await eventually("the letter is delivered") { try postfix.messages().count == 1 }
        try await server.stop()
        #expect(try postfix.messages().first?.contains("Subject: Could not convert silent.mp4") == true)
        try await postfix.stop()
    }
}
