import Domain
import Foundation
import Testing

@testable import Mail

@Suite struct LetterComposerTests {
    private func letter(_ subject: Letter.Subject, drop: [UInt8] = Array("talks/lecture.mp4".utf8)) throws -> Letter {
        try .example([Letter.Item(subject, job: 17, drop: DropPath(bytes: drop), date: .example)])
    }

    private func message(_ letter: Letter, links: LetterLinks? = nil, outbox: String = "outbox") throws -> MIMEMessage {
        let composer = LetterComposer(sender: try #require(EmailAddress("spool@sound.example.org")), links: links)
        return composer.message(for: letter, to: try #require(EmailAddress("ada@example.org")), outbox: outbox)
    }

    @Test func tellsWhereTheMP3Lies() throws {
        let output = try #require(DropPath("talks/lecture.mp3"))
        let message = try message(
            letter(.completed(output: output, duration: 596.5)), links: .example,
            outbox: "/srv/soundspool/home/ada/outbox/")
        #expect(message.subject == "Your MP3 is ready: lecture.mp3")
        #expect(message.from.address.text == "spool@sound.example.org")
        #expect(message.to.address.text == "ada@example.org")
        #expect(message.messageID.text == "<k7f3@sound.example.org>")
        #expect(message.date == Date(timeIntervalSince1970: 1_700_000_000))
        for part in [
            "Hello ada,", "    talks/lecture.mp4\n", "    /srv/soundspool/home/ada/outbox/talks/lecture.mp3\n",
            "It is 9 min 57 s long.", "    https://sound.example.org/download/17\n",
            "until 14 November 2023, 22:14 UTC", "    https://sound.example.org/\n",
            "Choose which letters you get: https://sound.example.org/letters?account=3\n",
        ] {
            #expect(message.body.contains(part), "\(message.body)")
        }
        let html = try #require(message.html)
        for part in [
            "<a href=\"https://sound.example.org/download/17\">",
            "<a href=\"https://sound.example.org/letters?account=3\">",
            "<strong>/srv/soundspool/home/ada/outbox/talks/lecture.mp3</strong>", "It is 9 min 57 s long.",
        ] {
            #expect(html.contains(part), "\(html)")
        }
        #expect(!html.contains("{{"))
        #expect(message.unsubscribe == "https://sound.example.org/letters?account=3")
    }

    @Test func tellsWhatThereIsToKnowOfTheMP3() throws {
        let item = Letter.Item(
            .completed(output: try #require(DropPath("a.mp3")), duration: 5), job: 17, drop: DropPath("a.mp4"),
            date: .example, note: "Small parts were damaged.")
        let message = try message(.example([item]))
        #expect(message.body.contains("\nSmall parts were damaged.\n"))
        #expect(message.html?.contains("Small parts were damaged.") == true)
        let both = try self.message(.example([item, item]))
        for text in [both.body, both.html ?? ""] {
            #expect(text.ranges(of: "Small parts were damaged.").count == 2, "\(text)")
        }
        let event = try String(decoding: EventDocument(.example([item]), links: nil).bytes(), as: UTF8.self)
        #expect(event.contains(#""message":"Small parts were damaged.""#))
    }

    @Test func leavesOutWhatIsNotKnown() throws {
        let output = try #require(DropPath("lecture.mp3"))
        let message = try message(letter(.completed(output: output, duration: nil)))
        for text in [message.body, message.html ?? ""] {
            #expect(text.contains("outbox/lecture.mp3"))
            for word in [" long.", "here:", "Choose", "href", "{{"] { #expect(!text.contains(word), "\(text)") }
        }
        #expect(message.unsubscribe == nil)
    }

    @Test(arguments: [
        ("no-audio", "has sound"), ("unsupported", "MP4"), ("damaged", "copy the file again"),
        ("incomplete", "copy the file again"), ("over-limit", "shorter parts"), ("internal", "administrator"),
    ]) func tellsWhyItFailedAndWhatToDo(reason: String, advice: String) throws {
        let failure = JobFailure(reason: reason, message: "The sound ends after 3 seconds.")
        let message = try message(letter(.failed(failure)))
        #expect(message.subject == "Could not convert lecture.mp4")
        for part in ["    talks/lecture.mp4\n", "    The sound ends after 3 seconds.\n", advice, "failed/"] {
            #expect(message.body.contains(part), "\(message.body)")
        }
    }

    @Test func tellsThatADropIsStillIncomplete() throws {
        let message = try message(letter(.incomplete(after: 86_400)))
        #expect(message.subject == "Still incomplete: lecture.mp4")
        for part in ["    talks/lecture.mp4\n", "incomplete for a day", "copy it again"] {
            #expect(message.body.contains(part), "\(message.body)")
        }
    }

    @Test func hostileNamesAndReasonsStayOnTheirLines() throws {
        let name = Array("evil\r\n\r\nYour password has expired: http:".utf8) + [0xFF]
        let failure = JobFailure(
            reason: "damaged", message: "x\n\nDear user,\u{202E}" + String(repeating: "y", count: 9999))
        let message = try message(letter(.failed(failure), drop: name))
        #expect(
            message.subject
                == "Could not convert evil\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}Your password has expired: http:\u{FFFD}")
        #expect(message.body.contains("    evil\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}Your password"))
        #expect(message.body.contains("    x\u{FFFD}\u{FFFD}Dear user,\u{FFFD}y"))
        #expect(message.body.utf8.count < 2000)
    }

    @Test func everyTryIsTheSameMessage() throws {
        let letter = try letter(.completed(output: try #require(DropPath("a.mp3")), duration: 1))
        let again = Letter(
            id: letter.id, token: letter.token, account: letter.account, accountName: letter.accountName,
            recipient: letter.recipient, items: letter.items, created: letter.created, since: .now,
            attempts: letter.attempts + 1)
        #expect(try message(letter, links: .example).bytes == message(again, links: .example).bytes)
    }

    @Test func severalResultsAreATableWithFailuresFirst() throws {
        let items = try (1...3).map { number in
            Letter.Item(
                .completed(output: try #require(DropPath("\(number).mp3")), duration: 60), job: Int64(number),
                drop: DropPath("\(number).mp4"), date: .example)
        }
        let failure = JobFailure(reason: "no-audio", message: "There is no sound.")
        let failed = Letter.Item(.failed(failure), job: 9, drop: DropPath("silent <b>.mp4"), date: .example)
        let message = try message(.example(items + [failed]), links: .example)
        #expect(message.subject == "3 MP3s are ready, 1 file failed")
        let lines = message.body.split(separator: "\n").map(String.init)
        let rows = lines.filter { $0.hasPrefix("ready ") || $0.hasPrefix("FAILED ") }
        #expect(
            rows == [
                "FAILED  silent <b>.mp4", "ready   outbox/1.mp3 (1 min 0 s)", "ready   outbox/2.mp3 (1 min 0 s)",
                "ready   outbox/3.mp3 (1 min 0 s)",
            ])
        #expect(message.body.contains("https://sound.example.org/download/2\n"))
        let html = try #require(message.html)
        #expect(html.contains("<td style=\"padding:.3em 1em .3em 0;overflow-wrap:anywhere\">silent &lt;b&gt;.mp4</td>"))
        #expect(html.components(separatedBy: "<tr ").count == 5)
        // Where the MP3 lies is told also where it can be downloaded.
        #expect(html.contains(">outbox/2.mp3</td>"))
        #expect(html.contains("<a href=\"https://sound.example.org/download/2\">download</a>"))
    }

    @Test func everyResultOfAFullLetterIsTold() throws {
        let items = try (1...LetterPolicy.mostItems).map { number in
            Letter.Item(
                .completed(output: try #require(DropPath("\(number).mp3")), duration: 60), drop: DropPath("x"),
                date: .example)
        }
        let message = try message(.example(items))
        #expect(message.subject == "\(items.count) MP3s are ready")
        for number in [1, items.count / 2 + 1, items.count] {
            #expect(message.body.contains("ready   outbox/\(number).mp3 "))
            #expect(message.html?.contains(">outbox/\(number).mp3</td>") == true)
        }
    }

    /// What is incomplete has neither failed nor left the inbox.
    @Test func whatIsIncompleteIsToldApart() throws {
        let half = Letter.Item(.incomplete(after: 36 * 3600), drop: DropPath("half.mp4"), date: .example)
        let failure = JobFailure(reason: "no-audio", message: "There is no sound.")
        let failed = Letter.Item(.failed(failure), job: 9, drop: DropPath("silent.mp4"), date: .example)
        for (items, subject) in [
            ([half, half], "2 files are still incomplete"),
            ([half, failed], "1 file failed, 1 file is still incomplete"),
        ] {
            let message = try message(.example(items), links: .example)
            #expect(message.subject == subject)
            for text in [message.body, try #require(message.html)] {
                #expect(text.contains("It has been incomplete for 36 hours."), "\(text)")
                #expect(text.contains("lies untouched in your inbox"))
                #expect(text.contains("folder failed/") == items.contains(failed), "\(text)")
                #expect(!text.contains("MP3s lie"))
            }
        }
    }

    @Test(
        arguments: [
            (86_400, "a day"), (172_800, "2 days"), (129_600, "36 hours"), (3600, "an hour"), (5400, "90 minutes"),
            (60, "a minute"), (1, "a second"), (0.2, "0 seconds"), (-1, nil), (.nan, nil), (.infinity, nil),
        ] as [(Double, String?)]) func spanInWords(seconds: Double, expected: String?)
    {
        #expect(LetterWords.span(seconds) == expected)
    }

    @Test(arguments: [
        (Letter.Subject.quota(message: "You have used 60 of 60 minutes today."), "Your quota is reached", "60 of 60"),
        (
            .confirmAddress(link: "https://sound.example.org/c?x=1&y=2", expires: .example),
            "Please confirm your address", "before 14 November 2023, 22:13 UTC"
        ),
        (
            .resetPassword(link: "https://sound.example.org/c?x=1&y=2", expires: .example), "Set a new password",
            "before 14 November 2023, 22:13 UTC"
        ),
    ]) func noticesSayWhatToDo(notice: Letter.Subject, subject: String, part: String) throws {
        let message = try message(.example([Letter.Item(notice, date: .example)]), links: .example)
        #expect(message.subject == subject)
        #expect(message.body.contains(part), "\(message.body)")
        #expect(message.html?.contains(part) == true)
        #expect((message.unsubscribe == nil) == notice.kind.isAsked)
        if notice.kind.isAsked {
            #expect(message.body.contains("    https://sound.example.org/c?x=1&y=2\n"))
            #expect(message.html?.contains("href=\"https://sound.example.org/c?x=1&amp;y=2\"") == true)
        }
    }

    @Test func namesAreTextInHTML() throws {
        let name = "<script>alert(1)</script>\u{301}\"\u{301}<img src=x>.mp4"
        let message = try message(
            letter(.failed(JobFailure(reason: "x", message: "</p><b>bold")), drop: Array(name.utf8)), links: .example)
        let html = try #require(message.html)
        for part in ["<script", "<img", "<b>"] { #expect(!html.contains(part), "\(html)") }
        #expect(message.body.contains("<script>alert(1)"))
    }

    @Test(
        arguments: [
            (0.2, "less than 1 s"), (1, "1 s"), (59.4, "59 s"), (60, "1 min 0 s"), (596.5, "9 min 57 s"),
            (3661, "1 h 1 min 1 s"), (86400, "24 h 0 min 0 s"), (-1, nil), (.nan, nil), (.infinity, nil), (1e300, nil),
        ] as [(Double, String?)]) func lengthInWords(seconds: Double, expected: String?)
    {
        #expect(LetterWords.length(seconds) == expected)
    }
}
