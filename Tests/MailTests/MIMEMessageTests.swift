import Domain
import Foundation
import Testing

@testable import Mail

@Suite struct MIMEMessageTests {
    @Test func isWrittenByteForByte() throws {
        let expected = """
            From: "soundspool"
             <spool@example.org>
            To: ada@example.org
            Subject: =?UTF-8?B?VsOtZGVvLm1wMw==?=
            Date: Tue, 14 Nov 2023 22:13:20 +0000
            Message-ID: <k7f3@example.org>
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            1 + 1 =3D 2=20
            V=C3=ADdeo

            """
        let message = try MIMEMessage.example(subject: "Vídeo.mp3", body: "1 + 1 = 2 \nVídeo\n")
        #expect(String(decoding: message.bytes, as: UTF8.self) == expected.replacing("\n", with: "\r\n"))
    }

    /// RFC 8058 wants HTTPS; what is no URL could end the header.
    @Test(
        arguments: [
            ("https://sound.example.org/letters?account=1", ["List-Unsubscribe", "List-Unsubscribe-Post"]),
            ("http://sound.example.org/letters?account=1", ["List-Unsubscribe"]),
            ("https://sound.example.org/>\r\nBcc: eve@example.org", []), ("https://sound.example.org/ x", []),
            ("https://exämple.org/", []), ("https://sound.example.org/<>", []),
        ]) func unsubscribingIsOfferedWhereItCanBe(url: String, names: [String]) async throws
    {
        var message = try MIMEMessage.example()
        message.unsubscribe = url
        let parsed = try await ParsedMessage.parse(message.bytes)
        #expect(parsed.names.filter { $0.hasPrefix("List-") || $0 == "Bcc" } == names)
        #expect(parsed.unsubscribe == (names.isEmpty ? nil : "<\(url)>"))
    }

    static let hostileTexts: [String] = [
        "plain", "", " ", "  two  spaces  ", "vídeo.mp4", "日本語のビデオ.mkv", "👩‍👩‍👧‍👦.mov",
        String(repeating: "long words in a row ", count: 20), String(repeating: "x", count: 2000),
        String(repeating: "é", count: 300), String(repeating: "👩‍👩‍👧‍👦", count: 40),
        "a\r\nBcc: eve@example.org", "a\nBcc: eve@example.org", "a\rBcc: eve@example.org", "a\r\n\r\nbody",
        "a\u{2028}Bcc: eve@example.org", "a\u{85}Bcc: x", "nul\0byte", "bell\u{7}", "tab\there",
        "=?UTF-8?Q?Bcc:_eve?=", "=?UTF-8?B?QmNjOiBldmU=?=", "a =?x", "quote\"quote", "back\\slash\\",
        "<eve@example.org>",
        "\"<eve@example.org>, x", "(comment", "a; b, c: d", "evil\u{202E}4pm.exe", "\u{FEFF}bom", ".", "..", "From me",
    ]

    /// What a reader shall see of a text in a header.
    private static func shown(_ text: String) -> String { String.displaying(Array(text.utf8)) }

    @Test(arguments: hostileTexts) func subjectAndDisplayNameHoldAnyText(_ text: String) async throws {
        let message = try MIMEMessage.example(subject: text, displayName: text)
        let parsed = try await ParsedMessage.parse(message.bytes)
        #expect(
            parsed.names == [
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
                "Content-Transfer-Encoding",
            ])
        #expect(parsed.subject == Self.shown(text))
        #expect(parsed.from == .init(displayName: Self.shown(text), address: "spool@example.org"))
        #expect(parsed.to == .init(displayName: "", address: "ada@example.org"))
        #expect(parsed.body == message.body)
        #expect(parsed.defects == [])
    }

    @Test(arguments: hostileTexts) func bodyHoldsAnyText(_ text: String) async throws {
        let message = try MIMEMessage.example(body: text)
        let parsed = try await ParsedMessage.parse(message.bytes)
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        #expect(Array(parsed.body.utf8) == Array((lines.hasSuffix("\n") || lines.isEmpty ? lines : lines + "\n").utf8))
        #expect(parsed.names.count == 9)
        #expect(parsed.defects == [])
    }

    @Test(arguments: hostileTexts) func everyLineIsShortASCIIAndEndsInCRLF(_ text: String) throws {
        let bytes = try MIMEMessage.example(subject: text, body: text, displayName: text, token: text).bytes
        #expect(bytes.suffix(2) == Array("\r\n".utf8))
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)[
            ...]
        // A Message-ID cannot be folded.
        lines.removeAll { $0.hasPrefix("Message-ID:") && $0.utf8.count <= 998 }
        for line in lines {
            #expect(line.utf8.count <= 78)
            #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == UInt8(ascii: "\t") }, "\(line)")
        }
        for line in lines.prefix(while: { !$0.isEmpty }) {
            #expect(line.contains { $0 != " " }, "a folded line has more than white space")
        }
    }

    @Test(arguments: hostileTexts) func everyEncodedWordIsWholeText(_ text: String) throws {
        let bytes = try MIMEMessage.example(subject: text).bytes
        for word in String(decoding: bytes, as: UTF8.self).matches(of: /=\?UTF-8\?B\?(.*?)\?=/) {
            #expect(word.output.0.count <= 75)
            let data = try #require(Data(base64Encoded: String(word.output.1)))
            #expect(String(validating: data, as: UTF8.self) != nil)
        }
    }

    @Test(arguments: [
        ("k7f3", "ada@example.org", "<k7f3@example.org>"),
        ("a.b", "ada@example.org", "<a.b@example.org>"),
        ("a b", "ada@example.org", "<a=20b@example.org>"),
        ("a>\r\nBcc: x", "ada@example.org", "<a=3E=0D=0ABcc=3A=20x@example.org>"),
        ("..a..b..", "ada@example.org", "<a.b@example.org>"),
        ("", "ada@example.org", "<unnamed@example.org>"),
        ("k", "ada@exämple.org", "<k@ex=C3=A4mple.org>"),
    ]) func messageIDIsADotAtom(token: String, sender: String, expected: String) async throws {
        let message = try MIMEMessage.example(from: sender, token: token)
        #expect(message.messageID.text == expected)
        #expect(try await ParsedMessage.parse(message.bytes).messageID == expected)
    }

    @Test func anAddressOutsideASCIIStaysUTF8() async throws {
        let message = try MIMEMessage.example(to: "ådå@example.org")
        #expect(try await ParsedMessage.parse(message.bytes).to.address == "ådå@example.org")
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (1_735_689_599.9, "Tue, 31 Dec 2024 23:59:59 +0000"), (4_102_444_800, "Fri, 01 Jan 2100 00:00:00 +0000"),
    ]) func dateIsInUTC(seconds: Double, expected: String) {
        #expect(HeaderField.date(Date(timeIntervalSince1970: seconds)) == expected)
    }

    @Test func dateIsReadBack() async throws {
        let message = try MIMEMessage.example()
        #expect(try await ParsedMessage.parse(message.bytes).date == message.date.timeIntervalSince1970)
    }
}
