/// The HTML of the letters that are built in: made of the text, so that both say the same. Mail programs know little CSS.
enum LetterPage {
    /// - Parameter words: A built-in text template: paragraphs, and what is indented by four spaces to stand out.
    static func html(_ words: String, isNotice: Bool) -> String {
        let body = LetterTemplates.split(words).map { $0.body } ?? words
        return head + (words.hasPrefix("Subject: {{summary}}") ? table : paragraphs(of: body)) + foot(isNotice)
    }

    /// Blank lines part paragraphs; lines that are a section's tag alone stay as they are.
    private static func paragraphs(of body: String) -> String {
        var output = ""
        for line in body.split(separator: "\n") {
            let text = line.drop { $0 == " " }
            if isSectionTag(text) {
                output += text
            } else if line.hasPrefix("    ") {
                let isLink = text == "{{link}}" || text == "{{page}}"
                let shown = isLink ? "<a href=\"\(text)\">\(text)</a>" : "<strong>\(text)</strong>"
                output += "<p style=\"margin-left:1.5em;overflow-wrap:anywhere\">\(shown)</p>"
            } else {
                output += "<p>\(text)</p>"
            }
            output += "\n"
        }
        return output
    }

    private static func isSectionTag(_ text: Substring) -> Bool {
        ["{{#", "{{/", "{{^"].contains { text.hasPrefix($0) } && text.hasSuffix("}}")
            && text.dropFirst(2).firstRange(of: "{{") == nil
    }

    private static let head = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
        <body style="font-family:system-ui,sans-serif;line-height:1.5;max-width:42em">

        """

    private static let table = """
        <p>Hello {{account}},</p>
        <p>{{summary}}.</p>
        <table style="border-collapse:collapse">
        <tr><th align="left">File</th><th align="left">Result</th></tr>
        {{#results}}
        <tr style="vertical-align:top;border-top:1px solid #999">
        {{#isFailed}}
        <td style="padding:.3em 1em .3em 0;overflow-wrap:anywhere">{{drop}}</td>
        <td style="padding:.3em 0"><strong>Failed:</strong> {{reason}} {{advice}}</td>
        {{/isFailed}}
        {{#isIncomplete}}
        <td style="padding:.3em 1em .3em 0;overflow-wrap:anywhere">{{drop}}</td>
        <td style="padding:.3em 0"><strong>Incomplete:</strong> {{reason}} {{advice}}</td>
        {{/isIncomplete}}
        {{#isReady}}
        <td style="padding:.3em 1em .3em 0;overflow-wrap:anywhere">{{path}}</td>
        <td style="padding:.3em 0">Ready{{#length}}, {{length}}{{/length}}{{#link}}: <a href="{{link}}">download</a>{{/link}}{{#note}}<br>{{note}}{{/note}}</td>
        {{/isReady}}
        </tr>
        {{/results}}
        </table>
        {{#completed}}
        <p>The MP3s lie in your outbox: <strong>{{outbox}}</strong></p>
        {{/completed}}
        {{#failed}}
        <p>The originals of those that failed are not lost: they lie unchanged in your folder failed/, beside your inbox and outbox.</p>
        {{/failed}}
        {{#incomplete}}
        <p>What is still incomplete lies untouched in your inbox. If nothing more of it comes, it is not converted.</p>
        {{/incomplete}}
        {{#page}}
        <p><a href="{{page}}">All your files</a></p>
        {{/page}}

        """

    private static func foot(_ isNotice: Bool) -> String {
        """
        <p style="color:#777">{{sender}}<br>This message was written by a program. Nobody reads replies to it.\
        \(isNotice ? "{{#unsubscribe}}<br><a href=\"{{unsubscribe}}\">Choose which letters you get</a>{{/unsubscribe}}" : "")</p>
        </body>
        </html>

        """
    }
}
