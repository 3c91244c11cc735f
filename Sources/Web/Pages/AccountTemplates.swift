/// The HTML of the pages about accounts, as mustache templates. Everything in `{{…}}` is escaped.
enum AccountTemplates {
    static let all = [
        "notice": notice, "register": register, "confirm": confirm, "forgotten": forgotten, "reset": reset,
        "account": account,
    ]

    private static let notice = #"""
        {{<layout}}{{$content}}
        <section class="narrow">
        <h1>{{title}}</h1>
        <p role="status">{{text}}</p>
        <p><a href="/">To the first page</a></p>
        </section>
        {{/content}}{{/layout}}
        """#

    private static let register = #"""
        {{<layout}}{{$content}}
        <section class="narrow" aria-labelledby="register-title">
        <h1 id="register-title">{{title}}</h1>
        {{#message}}<p class="alert" role="alert">{{message}}</p>{{/message}}
        <form method="post" action="/register">
        {{#invitation}}<input type="hidden" name="invitation" value="{{invitation}}">{{/invitation}}
        <label for="name">Account name</label>
        <input id="name" name="name" value="{{name}}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="32" required aria-describedby="name-hint">
        <p id="name-hint" class="hint">Letters a to z, digits, '-', '_' and '.'. Your folders are named so, too.</p>
        <label for="email">E-mail address</label>
        <input id="email" name="email" type="email" value="{{email}}" autocomplete="email" maxlength="254" required>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" maxlength="256" required aria-describedby="password-hint">
        <p id="password-hint" class="hint">8 to 256 characters, like four words in a row.</p>
        <button>Make the account</button>
        </form>
        <p><a href="/sign-in">I have an account</a></p>
        </section>
        {{/content}}{{/layout}}
        """#

    private static let confirm = #"""
        {{<layout}}{{$content}}
        <section class="narrow" aria-labelledby="confirm-title">
        <h1 id="confirm-title">{{title}}</h1>
        {{#message}}<p class="alert" role="alert">{{message}}</p>{{/message}}
        <form method="post" action="/confirm">
        <input type="hidden" name="secret" value="{{secret}}">
        {{#asksName}}
        <label for="name">Account name</label>
        <input id="name" name="name" value="{{name}}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="32" required>
        {{/asksName}}
        <label for="password">The password that you chose</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button>Confirm</button>
        </form>
        </section>
        {{/content}}{{/layout}}
        """#

    private static let forgotten = #"""
        {{<layout}}{{$content}}
        <section class="narrow" aria-labelledby="forgotten-title">
        <h1 id="forgotten-title">{{title}}</h1>
        <form method="post" action="/forgotten">
        <label for="email">E-mail address</label>
        <input id="email" name="email" autocomplete="email" autocapitalize="none" spellcheck="false" required>
        <button>Send me a letter</button>
        </form>
        </section>
        {{/content}}{{/layout}}
        """#

    private static let reset = #"""
        {{<layout}}{{$content}}
        <section class="narrow" aria-labelledby="reset-title">
        <h1 id="reset-title">{{title}}</h1>
        {{#message}}<p class="alert" role="alert">{{message}}</p>{{/message}}
        <form method="post" action="/reset">
        <input type="hidden" name="secret" value="{{secret}}">
        <label for="password">New password</label>
        <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" maxlength="256" required aria-describedby="password-hint">
        <p id="password-hint" class="hint">8 to 256 characters, like four words in a row. Wherever you are signed in, that ends.</p>
        <button>Set the password</button>
        </form>
        </section>
        {{/content}}{{/layout}}
        """#

    private static let account = #"""
        {{<layout}}{{$content}}
        <section aria-labelledby="account-title">
        <h1 id="account-title">{{title}}</h1>
        {{#notice}}<p role="status">{{notice}}</p>{{/notice}}
        {{#message}}<p class="alert" role="alert">{{message}}</p>{{/message}}
        <p>{{account}}, {{email}}</p>
        {{#inbox}}{{>inbox}}{{/inbox}}
        <p><a href="/">Your files</a></p>
        </section>
        <section aria-labelledby="tokens-title">
        <h2 id="tokens-title">Drop tokens</h2>
        <p class="hint">A file named .token with one of these in your inbox lets it take drops; programs send one as Bearer.</p>
        {{#issued}}
        <p role="status">This is the new token. It is shown only now: <code id="issued">{{issued}}</code></p>
        <form method="post" action="/account/token-file">
        <input type="hidden" name="token" value="{{issued}}">
        <button>Download .token</button>
        </form>
        <p class="hint">Your browser may save it without the dot in front: it has to be named .token.</p>
        {{/issued}}
        <ul id="tokens" class="items">
        {{#tokens}}
        <li>
        <span class="name">{{label}}</span>
        <p>Made {{created}}, last used {{lastUsed}}, expires {{expires}}</p>
        <form method="post" action="/account/tokens/{{id}}/revoke"><button class="quiet" aria-label="Revoke {{label}}">Revoke</button></form>
        </li>
        {{/tokens}}
        </ul>
        <form method="post" action="/account/tokens">
        <label for="label">What it is for</label>
        <input id="label" name="label" maxlength="64" placeholder="laptop">
        <label for="days">Days that it is good for (none: until you revoke it)</label>
        <input id="days" name="days" inputmode="numeric" maxlength="4">
        <button>Issue a token</button>
        </form>
        </section>
        <section aria-labelledby="password-title">
        <h2 id="password-title">Password</h2>
        <form method="post" action="/account/password">
        <label for="current">Current password</label>
        <input id="current" name="current" type="password" autocomplete="current-password" required>
        <label for="new">New password</label>
        <input id="new" name="new" type="password" autocomplete="new-password" minlength="8" maxlength="256" required aria-describedby="new-hint">
        <p id="new-hint" class="hint">8 to 256 characters, like four words in a row. Your other sessions end.</p>
        <button>Change the password</button>
        </form>
        </section>
        <section aria-labelledby="remove-title">
        <h2 id="remove-title">Remove the account</h2>
        <p>All your files are removed with it: inbox, outbox, originals. Nobody can bring them back.</p>
        <form method="post" action="/account/remove">
        <label for="remove-password">Password</label>
        <input id="remove-password" name="password" type="password" autocomplete="current-password" required>
        <button class="danger">Remove my account and my files</button>
        </form>
        </section>
        {{/content}}{{/layout}}
        """#
}
