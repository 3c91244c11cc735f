/// The pages' HTML, as mustache templates. Everything in `{{…}}` is escaped.
enum Templates {
    static let all = [
        "layout": layout, "home": home, "sign-in": signIn, "letters": LettersPage.template,
        "administration": AdministrationPage.template, "inbox": InboxHint.template, "problem": problem,
    ].merging(AccountTemplates.all) { $1 }

    private static let layout = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} – soundspool</title>
        <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/static/style.css">
        <script src="/static/app.js" type="module"></script>
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
        <a class="brand" href="/"><img src="/static/icon.svg" alt="">soundspool</a>
        {{#account}}
        <nav aria-label="Account">
        {{#isAdministrator}}<a href="/administration">Administration</a>{{/isAdministrator}}
        <a href="/account">{{account}}</a>
        <form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>
        </nav>
        {{/account}}
        </header>
        <main id="content" tabindex="-1">
        {{$content}}{{/content}}
        </main>
        </body>
        </html>

        """#

    private static let home = #"""
        {{<layout}}{{$content}}
        <section aria-labelledby="upload-title">
        <h1 id="upload-title">Turn videos into MP3s</h1>
        <form id="upload" method="post" action="/upload?key={{key}}" enctype="multipart/form-data" data-account="{{account}}">
        <fieldset>
        <legend>Quality</legend>
        <div class="presets">
        {{#presets}}
        <label class="choice"><input type="radio" name="preset" value="{{value}}"{{#isChosen}} checked{{/isChosen}}>
        <span><strong>{{title}}</strong> <span>{{hint}}</span></span></label>
        {{/presets}}
        </div>
        </fieldset>
        <div class="dropzone">
        <label for="files">Choose videos</label>
        <input id="files" type="file" name="file" multiple required aria-describedby="files-hint">
        <p id="or-drop" hidden>or drop them anywhere on this page</p>
        <p id="files-hint" class="hint">Up to {{maxUpload}} each. A mail tells you when an MP3 is ready.</p>
        </div>
        <button>Upload</button>
        </form>
        {{#inbox}}{{>inbox}}{{/inbox}}
        </section>
        <section id="uploads" aria-labelledby="uploads-title" hidden>
        <h2 id="uploads-title">Uploads</h2>
        <ul class="items"></ul>
        </section>
        <section aria-labelledby="jobs-title">
        <h2 id="jobs-title">Your files</h2>
        <p id="news" class="unseen" role="status"></p>
        <ul id="jobs" class="items" tabindex="-1">
        {{#jobs}}
        <li class="{{state}}">
        <div class="title"><h3 class="name">{{name}}</h3><span class="state">{{stateTitle}}</span></div>
        {{#message}}<p class="detail">{{message}}</p>{{/message}}
        {{#progress}}<progress max="1" value="{{progress}}" aria-label="Conversion of {{name}}"></progress>{{/progress}}
        {{#download}}
        <div class="actions">
        <a class="button" href="{{download}}" download>Download {{output}}</a>
        {{#remove}}<form method="post" action="{{remove}}"><button class="quiet" aria-label="Remove {{output}}">Remove</button></form>{{/remove}}
        </div>
        {{/download}}
        {{#cancel}}
        <div class="actions">
        <form method="post" action="{{cancel}}"><button class="quiet" aria-label="Cancel {{name}}">Cancel</button></form>
        </div>
        {{/cancel}}
        </li>
        {{/jobs}}
        </ul>
        <p id="no-jobs" class="hint"{{#jobs}} hidden{{/jobs}}>Nothing yet. Choose a video above.</p>
        {{#next}}<p class="more"><a href="/?before={{next}}">Older files</a></p>{{/next}}
        <noscript><p class="hint more"><a href="/">Reload</a> to see how far your files are.</p></noscript>
        </section>
        {{/content}}{{/layout}}
        """#

    private static let signIn = #"""
        {{<layout}}{{$content}}
        <section class="narrow" aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">Sign in</h1>
        {{#notice}}<p role="status">{{notice}}</p>{{/notice}}
        {{#message}}<p class="alert" role="alert" id="sign-in-error">{{message}}</p>{{/message}}
        <form method="post" action="/sign-in">
        <label for="login">E-mail address or account name</label>
        <input id="login" name="login" value="{{login}}" autocomplete="username" autocapitalize="none" spellcheck="false" required{{#message}} aria-describedby="sign-in-error"{{/message}}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button>Sign in</button>
        </form>
        {{#canReset}}<p><a href="/forgotten">Forgotten your password?</a></p>{{/canReset}}
        {{#canRegister}}<p><a href="/register">Make an account</a></p>{{/canRegister}}
        </section>
        {{/content}}{{/layout}}
        """#

    private static let problem = #"""
        {{<layout}}{{$content}}
        <section class="narrow">
        <h1>{{title}}</h1>
        <p role="alert">{{detail}}</p>
        <p><a href="/">Back to your files</a></p>
        </section>
        {{/content}}{{/layout}}
        """#
}
