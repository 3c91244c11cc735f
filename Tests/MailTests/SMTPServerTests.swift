import Testing

@testable import Mail

@Suite struct SMTPServerTests {
    @Test(arguments: [
        ("smtp://mail.example.org:587", "smtp://mail.example.org:587"),
        ("smtp://mail.example.org", "smtp://mail.example.org:587"),
        ("SMTP://mail.example.org/", "smtp://mail.example.org:587"),
        ("smtps://mail.example.org", "smtps://mail.example.org:465"),
        ("smtps://mail.example.org:2465", "smtps://mail.example.org:2465"),
        ("smtp://mail.example.org/spool.example.org", "smtp://mail.example.org:587/spool.example.org"),
        ("smtp://localhost:25", "smtp://localhost:25"),
        ("smtp://192.0.2.1:587", "smtp://192.0.2.1:587"),
        ("smtp://[2001:db8::1]:587", "smtp://[2001:db8::1]:587"),
    ]) func accepts(url: String, canonical: String) throws {
        #expect(try SMTPServer(url: url).description == canonical)
    }

    @Test(arguments: [
        ("", "smtp://mail.example.org:587"), ("mail.example.org:587", "smtp://mail.example.org:587"),
        ("http://mail.example.org", "smtp://mail.example.org:587"), ("smtp:mail.example.org", "names no valid host"),
        ("smtp://", "names no valid host"), ("smtp://mail example.org", "smtp://mail.example.org:587"),
        ("smtp://mail%0d%0aexample.org", "names no valid host"), ("smtp://exämple.org", "ASCII"),
        ("smtp://mail..example.org", "names no valid host"), ("smtp://[mail]:587", "names no valid host"),
        ("smtp://h:0", "1 to 65535"), ("smtp://h:99999", "1 to 65535"),
        ("smtp://h:587?x", "after the port"), ("smtp://h:587#x", "after the port"),
        ("smtp://h:587/a/b", "after the port"),
        ("smtp://h:587/a%0d%0ab", "after the port"),
        ("smtp://h:465", "smtps://h:465"), ("smtps://h:587", "smtp://h:587"),
    ]) func rejects(url: String, remedy: String) {
        let error = #expect(throws: SMTPSettingError.self) { try SMTPServer(url: url) }
        #expect(error?.setting == .server)
        #expect(error?.message.contains(remedy) == true, "\(String(describing: error))")
    }

    @Test func refusesAPasswordInTheURLWithoutRepeatingIt() {
        let error = #expect(throws: SMTPSettingError.self) { try SMTPServer(url: "smtp://ada:s3cret@h:587") }
        #expect(error?.setting == .server)
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test(
        arguments: [
            (nil, "p", .required, nil, .username), ("u", nil, .required, nil, .password),
            ("", "p", .required, nil, .username),
            ("u", "", .required, nil, .password), ("u\r\n", "p", .required, nil, .username),
            ("u", "p\0q", .required, nil, .password), ("u", "p", .none, nil, .tls),
            ("u", "p", .opportunistic, nil, .tls),
            (nil, nil, .required, "", .caFile),
        ] as [(String?, String?, SMTPServer.TLSPolicy, String?, SMTPSettingError.Setting)])
    func rejects(
        username: String?, password: String?, tls: SMTPServer.TLSPolicy, caFile: String?,
        setting: SMTPSettingError.Setting
    ) {
        let error = #expect(throws: SMTPSettingError.self) {
            try SMTPServer(
                url: "smtp://mail.example.org", username: username, password: password.map { Secret($0) },
                tls: tls,
                caFile: caFile)
        }
        #expect(error?.setting == setting)
    }

    @Test(arguments: [SMTPServer.TLSPolicy.opportunistic, .none]) func smtpsIsAlwaysTLS(tls: SMTPServer.TLSPolicy) {
        let error = #expect(throws: SMTPSettingError.self) { try SMTPServer(url: "smtps://h", tls: tls) }
        #expect(error?.setting == .tls)
    }

    @Test func passwordIsNeverPrinted() throws {
        let server = try SMTPServer(url: "smtp://h", username: "ada", password: Secret("s3cret"))
        var dumped = ""
        dump(server, to: &dumped)
        for text in ["\(server)", String(reflecting: server), dumped, "\(server.password as Any)"] {
            #expect(!text.contains("s3cret"), "\(text)")
        }
    }

    @Test(arguments: ["s3cret", "s3cret\n", "s3cret\r\n"]) func passwordLosesItsLineEnd(_ text: String) {
        #expect(Secret(text).text == "s3cret")
        #expect(Secret(" two\n\n").text == " two\n")
    }
}
