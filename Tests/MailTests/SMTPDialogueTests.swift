import Testing

@testable import Mail

@Suite struct SMTPDialogueTests {
    /// Lines sent begin with `>`; all others are received.
    private func refusal(_ lines: [String]) -> SMTPReply? {
        var dialogue = SMTPDialogue()
        for line in lines {
            let bytes = Array((line.dropFirst(line.hasPrefix(">") ? 1 : 0) + "\r\n").utf8)
            if line.hasPrefix(">") { dialogue.sent(bytes) } else { dialogue.received(bytes) }
        }
        return dialogue.refusal(code: dialogue.code)
    }

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
                [">DATA", "354 go", "451 bad\u{1B}[2J disk"],
                SMTPReply(command: .data, code: 451, text: "451 bad\u{FFFD}[2J disk")
            ),
            ([">DATA", "nonsense", "4", ""], nil),
        ] as [([String], SMTPReply?)]) func findsTheRefusal(lines: [String], expected: SMTPReply?)
    {
        #expect(refusal(lines) == expected)
    }

    @Test func keepsLittleOfALongReply() {
        let reply = refusal((0..<10_000).map { "550-\($0) " + String(repeating: "x", count: 9000) })
        #expect(reply?.code == 550)
        #expect((reply?.text.utf8.count ?? 0) < 3000)
    }
}
