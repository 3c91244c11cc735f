import Testing

@testable import Mail

@Suite struct SMTPDialogueTests {
    /// Lines sent begin with `>`; all others are received.
    private func refusal(_ lines: [String], behind error: CurlError? = nil) -> SMTPReply? {
        var dialogue = SMTPDialogue()
        for line in lines {
            let bytes = Array((line.dropFirst(line.hasPrefix(">") ? 1 : 0) + "\r\n").utf8)
            if line.hasPrefix(">") { dialogue.sent(bytes) } else { dialogue.received(bytes) }
        }
        return error.map(dialogue.refusal(behind:)) ?? dialogue.refusal(code: dialogue.code)
    }

    /// What libcurl reports where AUTH was answered with a question too many.
    private let denied = CurlError(.loginDenied, responseCode: 334)

    @Test(
        arguments: [
            ([], nil),
            (["220 hello"], nil),
            (["554 go away"], SMTPReply(command: nil, code: 554, text: "554 go away")),
            (["220 hello", ">EHLO x", "502 what?", ">HELO x", "250 fine"], nil),
            (["220 hello", ">EHLO x", "502 what?", ">HELO x"], nil),
            (
                [
                    "220 hello", ">MAIL FROM:<a@b>", "250 fine", ">RCPT TO:<c@d>", "550-no such", "550 user", ">QUIT",
                    "221 bye",
                ],
                SMTPReply(command: .recipient, code: 550, text: "550-no such 550 user")
            ),
            (
                ["220 hello", ">AUTH LOGIN", "334 VXNlcg==", ">QUIT", "334 UGFzcw==", ">RCPT", "535 no"],
                SMTPReply(command: .auth, code: 535, text: "535 no")
            ),
            (
                [">DATA", "354 go", "451 bad disk"],
                SMTPReply(command: .data, code: 451, text: "451 bad disk")
            ),
            ([">DATA", "nonsense", "4", ""], nil),
        ] as [([String], SMTPReply?)]) func findsTheRefusal(lines: [String], expected: SMTPReply?)
    {
        #expect(refusal(lines) == expected)
    }

    @Test(arguments: [
        ("334 eyJzdGF0dXMiOiI0MDAifQ==", "334 {\"status\":\"400\"}"), ("334 not base64", "334 not base64"),
        ("334", "334 "),
    ]) func findsTheReasonInAQuestion(line: String, words: String) {
        let dialogue = [">EHLO x", "250 AUTH XOAUTH2", ">AUTH XOAUTH2", "334 ", ">dXNlcj1h", line]
        for end in [[], [">QUIT", "221 bye"], [">QUIT", "535 5.7.8 no"]] {
            #expect(
                refusal(dialogue + end, behind: denied) == SMTPReply(command: .auth, code: 334, text: words))
        }
    }

    @Test func aQuestionAloneIsNoRefusal() {
        #expect(
            refusal([">AUTH LOGIN", "334 VXNlcg=="], behind: CurlError(.sslConnectError, responseCode: 334)) == nil)
        #expect(refusal([">DATA", "334 VXNlcg=="], behind: denied) == nil)
    }

    @Test func keepsLittleOfALongReply() throws {
        let reply = refusal((0..<10_000).map { "550-\($0) " + String(repeating: "x", count: 9000) })
        #expect(reply?.code == 550)
        #expect((reply?.text.utf8.count ?? 0) < 40_000)
        let shown = try reply?.redacted(by: SMTPServer(url: "smtp://h"))
        #expect((shown?.text.utf8.count ?? 0) < 1100)
    }
}
