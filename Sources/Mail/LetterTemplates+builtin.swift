/// The words of the letters that are built in.
extension LetterTemplates {
    static func builtInText(_ key: Key) -> String {
        switch key.part {
        case .text: words(key.name) + signature(isNotice: key.name.isNotice)
        case .html: LetterPage.html(words(key.name), isNotice: key.name.isNotice)
        }
    }

    private static func words(_ name: Name) -> String {
        switch name {
        case .completed: completed
        case .failed: failed
        case .incomplete: incomplete
        case .quota: quota
        case .confirmAddress: confirmAddress
        case .resetPassword: resetPassword
        case .alreadyRegistered: alreadyRegistered
        case .digest: digest
        }
    }

    private static func signature(isNotice: Bool) -> String {
        """

        -- \n{{sender}}
        This message was written by a program. Nobody reads replies to it.

        """
            + (isNotice
                ? """
                {{#unsubscribe}}
                Choose which letters you get: {{unsubscribe}}
                {{/unsubscribe}}

                """ : "")
    }

    private static let completed = """
        Subject: Your MP3 is ready: {{output}}

        Hello {{account}},

        your video is now an MP3:

            {{drop}}

        The MP3 lies in your outbox:

            {{path}}
        {{#length}}

        It is {{length}} long.
        {{/length}}
        {{#note}}

        {{note}}
        {{/note}}
        {{#link}}

        You can download it here until {{expires}}, without signing in:

            {{link}}
        {{/link}}
        {{#page}}

        All your files are here:

            {{page}}
        {{/page}}

        """

    private static let failed = """
        Subject: Could not convert {{name}}

        Hello {{account}},

        this file could not be converted to an MP3:

            {{drop}}

        The reason:

            {{reason}}

        {{advice}} Your original is not lost: it lies unchanged in your folder failed/, beside your inbox and outbox.
        {{#page}}

        You can see all your files here:

            {{page}}
        {{/page}}

        """

    private static let incomplete = """
        Subject: Still incomplete: {{name}}

        Hello {{account}},

        this file has been incomplete{{#length}} for {{length}}{{/length}}:

            {{drop}}

        It looks as if its copy was broken off. Please copy it again, whole. If nothing more of it comes, it is not converted.

        """

    private static let quota = """
        Subject: Your quota is reached

        Hello {{account}},

        {{message}}
        {{#page}}

        You can see all your files here:

            {{page}}
        {{/page}}

        """

    private static let confirmAddress = """
        Subject: Please confirm your address

        Hello {{account}},

        somebody, probably you, gave this address for an account named {{account}}. To confirm it, open this page before {{expires}}:

            {{link}}

        If it was not you, do nothing: the address is not used.

        """

    private static let resetPassword = """
        Subject: Set a new password

        Hello {{account}},

        somebody, probably you, asked for a new password for your account. To set one, open this page before {{expires}}:

            {{link}}

        If it was not you, do nothing: your password stays as it is.

        """

    private static let alreadyRegistered = """
        Subject: You have an account already

        Hello {{account}},

        somebody, probably you, wanted to register with this address. There is an account with it already: its name is {{account}}, and nothing about it has changed.
        {{#link}}

        You can sign in, or ask for a new password, here:

            {{link}}
        {{/link}}

        If it was not you, do nothing.

        """

    private static let digest = """
        Subject: {{summary}}

        Hello {{account}},

        {{summary}}.

        {{#results}}
        {{#isFailed}}
        FAILED  {{drop}}
                {{reason}}
                {{advice}}
        {{/isFailed}}
        {{#isIncomplete}}
        waits   {{drop}}
                {{reason}}
                {{advice}}
        {{/isIncomplete}}
        {{#isReady}}
        ready   {{path}}{{#length}} ({{length}}){{/length}}
        {{#note}}
                {{note}}
        {{/note}}
        {{#link}}
                {{link}}
        {{/link}}
        {{/isReady}}
        {{/results}}
        {{#failed}}

        The originals of those that failed are not lost: they lie unchanged in your folder failed/, beside your inbox and outbox.
        {{/failed}}
        {{#incomplete}}

        What is still incomplete lies untouched in your inbox. If nothing more of it comes, it is not converted.
        {{/incomplete}}
        {{#page}}

        You can see all your files here:

            {{page}}
        {{/page}}

        """
}

extension LetterTemplates.Name {
    /// Whether it comes by itself, so that its reader may not want it.
    var isNotice: Bool { ![.confirmAddress, .resetPassword, .alreadyRegistered].contains(self) }
}
