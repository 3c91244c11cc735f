import ConversionContract
import Domain
import Foundation
import Mustache
import Testing

@testable import Web

struct PagesTests {
    /// Names that would leave the attribute or text they stand in. An accent that follows makes a quotation mark another
    /// character, but not another byte to a browser.
    static let hostile = [
        "<script>x</script>", "\" onclick=\"x", "\"\u{301} onclick=\"\u{301}x", "'\u{301}&amp;<\u{301}b>",
    ]

    static let accentedQuote = "\"\u{301}"

    @Test(arguments: [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("\"\u{301} &amp; '\u{301}", "&quot;\u{301} &amp;amp; &#39;\u{301}"),
        ("<\u{338}b>\u{338}", "&lt;\u{338}b&gt;\u{338}"),
        ("vídeo \u{1F469}\u{200D}\u{1F4BB}.mp4", "vídeo \u{1F469}\u{200D}\u{1F4BB}.mp4"),
    ])
    func escapes(text: String, escaped: String) {
        #expect(HTMLText().escapeText(text).utf8.elementsEqual(escaped.utf8))
    }

    @Test(arguments: hostile) func everyTemplateEscapes(text: String) throws {
        let pages = try Pages(settings: WebSettings())
        let account = Account(
            id: 1, name: try #require(AccountName("ada")), email: try #require(EmailAddress("ada@example.org")),
            preset: .voice, isEnabled: true, created: Date())
        let drop = try #require(DropPath(text.replacing("/", with: "")))
        let jobs = [JobState.converting, .published, .failed].enumerated().map { index, state in
            Job(
                id: Int64(index), account: 1, drop: drop, preset: .voice, state: state, attempts: 1, size: 1,
                created: Date(), output: drop, failure: state == .failed ? JobFailure(reason: "x", message: text) : nil)
        }
        let progress = ConversionProgress(position: 1, duration: 2)
        let list = JobList(jobs: jobs.map { JobDocument($0, of: account, progress: progress) }, next: "5")
        let held = AdministrationDocument.Held(account: "ada", name: text, message: text)
        let conversion = AdministrationDocument.Conversion(
            id: "1", account: "ada", name: text, progress: 0.5, left: 90)
        let administration = AdministrationPage(
            account,
            AdministrationDocument(
                accounts: [
                    .init(
                        name: "ada", email: text, enabled: false, administrator: true, jobsToday: 1, queuedBytes: 2048,
                        lastDrop: nil)
                ],
                queue: .init(
                    converting: [conversion], queued: 1, heldUp: [held], waiting: 1, waitingDrops: [held],
                    letters: .init(queued: 0, failed: 0)),
                load: .init(
                    averages: [0.5, 1, 2], processors: 2, memory: .init(service: nil, total: 2, available: 1),
                    disk: .init(total: 2, available: 1), conversions: 1)))
        for html in [
            pages.homeHTML(account, list), pages.render(administration, "administration"),
            pages.signInHTML(login: text, message: text),
            pages.problemHTML(title: text, detail: text),
        ] {
            #expect(html.hasPrefix("<!doctype html>"))
            #expect(html.contains("<meta charset=\"utf-8\">"))
            #expect(html.contains("</html>"))
            #expect(!html.contains("{{"))
            #expect(html.contains(HTMLText().escapeText(drop.display)) || html.contains(HTMLText().escapeText(text)))
            // What the name would bring with it, were it markup.
            #expect(
                Array(html.utf8).split(separator: UInt8(ascii: "<")).allSatisfy { !$0.starts(with: "script>x".utf8) })
            let bareQuote = html.unicodeScalars.elementsContain(Self.accentedQuote)
            #expect(!bareQuote)
            #expect(!html.contains(" onclick=\"x"))
        }
    }

    @Test func theChosenPresetIsTheAccounts() {
        #expect(PresetChoice.all(chosen: .voice).filter(\.isChosen).map(\.value) == ["voice"])
        #expect(PresetChoice.all(chosen: .high).count == Preset.allCases.count)
    }

    @Test(arguments: [
        (JobState.claiming, true, false), (.queued, true, false), (.converting, true, false),
        (.published, false, true), (.failed, false, false), (.cancelled, false, false),
    ])
    func whatCanBeCancelledOrRemovedHasAForm(state: JobState, cancels: Bool, removes: Bool) throws {
        let account = Account(
            id: 1, name: try #require(AccountName("ada")), email: try #require(EmailAddress("ada@example.org")),
            preset: .voice, isEnabled: true, created: Date())
        let drop = try #require(DropPath("a.mp4"))
        let job = Job(
            id: 7, account: 1, drop: drop, preset: .voice, state: state, attempts: 1, size: 1, created: Date(),
            output: DropPath("a.mp3"))
        let list = JobList(jobs: [JobDocument(job, of: account, progress: nil)], next: nil)
        let first = try Pages(settings: WebSettings()).homeHTML(account, list)
        #expect(first.contains(#"<form method="post" action="/jobs/7/cancel">"#) == cancels)
        #expect(first.contains(#"<form method="post" action="/jobs/7/remove">"#) == removes)
        #expect(first.contains(#"aria-label="Cancel a.mp4""#) == cancels)
        #expect(first.contains(#"aria-label="Remove a.mp3""#) == removes)
        let later = try Pages(settings: WebSettings()).homeHTML(account, list, before: 9)
        #expect(later.contains(#"action="/jobs/7/cancel?before=9""#) == cancels)
        #expect(later.contains(#"action="/jobs/7/remove?before=9""#) == removes)
        let taken = JobDocument(job, of: account, progress: nil, isTakenAway: true)
        #expect(JobRow(taken).remove == nil)
        #expect(JobRow(taken).download == nil)
    }

    /// The policy in `SecurityHeaders` lets neither run.
    @Test func noTemplateHasScriptsOrStylesOfItsOwn() {
        for template in Templates.all.values {
            #expect(!template.contains("style="))
            #expect(!template.contains("<style"))
            #expect(template.ranges(of: "<script").count == template.ranges(of: "<script src=\"/static/").count)
            #expect(!template.contains("http:") && !template.contains("https:"))
            #expect(!template.contains("{{{") && !template.contains("{{&"))
        }
        for script in Asset.scripts { #expect(!script.text.contains("innerHTML"), "\(script.name)") }
    }
}

extension String.UnicodeScalarView {
    /// Whether these scalars, in this order, are among them.
    fileprivate func elementsContain(_ text: String) -> Bool {
        let pattern = Array(text.unicodeScalars)
        let scalars = Array(self)
        return scalars.indices.contains { scalars[$0...].starts(with: pattern) }
    }
}
