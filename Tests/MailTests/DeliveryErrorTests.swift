import Testing

@testable import Mail

@Suite struct DeliveryErrorTests {
    @Test(
        arguments: [
            (nil, 421, .temporary), (nil, 554, .misconfigured), (.ehlo, 421, .temporary), (.ehlo, 550, .misconfigured),
            (.startTLS, 454, .temporary), (.startTLS, 501, .misconfigured),
            (.auth, 454, .temporary), (.auth, 535, .misconfigured), (.auth, 504, .misconfigured),
            (.mail, 450, .temporary), (.mail, 530, .misconfigured), (.mail, 552, .permanent),
            (.mail, 550, .misconfigured),
            (.recipient, 451, .temporary), (.recipient, 530, .misconfigured), (.recipient, 550, .permanent),
            (.data, 452, .temporary), (.data, 554, .permanent),
        ] as [(SMTPReply.Command?, Int, DeliveryError.Kind)])
    func refusalIsJudgedByCommandAndCode(command: SMTPReply.Command?, code: Int, kind: DeliveryError.Kind) throws {
        let reply = SMTPReply(command: command, code: code, text: "\(code) because")
        let error = DeliveryError(CurlError(.loginDenied), refusal: reply, server: try SMTPServer(url: "smtp://h"))
        #expect(error.kind == kind)
        #expect(error.message.contains("\(code) because"))
        #expect(error.message.contains(command?.rawValue ?? "the connection"))
        #expect(error.reply == reply)
    }

    /// A wrong sender must not cost every letter; a wrong recipient costs its own.
    @Test(
        arguments: [
            ("554 5.7.1 <bob@example.net>: Relay access denied", .misconfigured),
            ("553-5.7.1 not yours", .misconfigured),
            ("550 5.1.8 <spool@nowhere>: Sender address rejected", .misconfigured), ("553 5.1.7 bad", .misconfigured),
            ("550 5.1.1 no such user", .permanent), ("550 5.1.77 x", .permanent),
            ("554 Relay access denied", .permanent),
            ("550 no 5.7.1", .permanent), ("550 5.71.1 x", .permanent), ("451 4.7.1 greylisted", .temporary),
        ] as [(String, DeliveryError.Kind)]) func aRefusalByPolicyIsNotTheRecipients(
            text: String, kind: DeliveryError.Kind
        )
        throws
    {
        let code = try #require(Int(text.prefix(3)))
        let reply = SMTPReply(command: .recipient, code: code, text: text)
        let error = DeliveryError(CurlError(.loginDenied), refusal: reply, server: try SMTPServer(url: "smtp://h"))
        #expect(error.kind == kind)
        // Another letter, to another recipient, may fare better.
        #expect(error.concernsLetter)
        #expect(error.message.contains("Check the sender's address") == (kind == .misconfigured))
    }

    @Test func whatIsShownIsPrintable() throws {
        let reply = SMTPReply(command: .data, code: 451, text: "451 bad\u{1B}[2J disk")
        let error = DeliveryError(CurlError(.loginDenied), refusal: reply, server: try SMTPServer(url: "smtp://h"))
        #expect(error.reply?.text == "451 bad\u{FFFD}[2J disk")
        #expect(error.message.contains("451 bad\u{FFFD}[2J disk"))
    }

    @Test(arguments: [(true, "user name and password"), (false, "none of the kinds of AUTH")])
    func aLoginThatWasNeverTriedIsToldApart(hasTried: Bool, words: String) throws {
        let error = DeliveryError(
            CurlError(.loginDenied), refusal: nil, hasTriedLogin: hasTried, server: try SMTPServer(url: "smtp://h"))
        #expect(error.kind == .misconfigured)
        #expect(error.message.contains(words), "\(error)")
    }

    @Test(arguments: [
        "535 no such password: s3cret", "501 cannot decode czNjcmV0", "501 unknown command: AGFkYQBzM2NyZXQ=",
    ]) func refusalLosesThePassword(_ text: String) throws {
        let server = try SMTPServer(url: "smtp://h", username: "ada", password: Secret("s3cret"))
        let reply = SMTPReply(command: .auth, code: 535, text: text)
        let error = DeliveryError(CurlError(.loginDenied), refusal: reply, server: server)
        for text in [error.message, error.reply?.text ?? ""] {
            #expect(text.contains("(hidden)"))
            for secret in ["s3cret", "czNjcmV0", "AGFkYQBzM2NyZXQ="] { #expect(!text.contains(secret)) }
        }
    }
}
