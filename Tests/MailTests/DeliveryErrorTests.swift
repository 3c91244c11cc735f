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
