extension AdministrationPage {
    static let template = #"""
        {{<layout}}{{$content}}
        <h1>{{title}}</h1>
        <div id="administration">
        <section aria-labelledby="queue-title">
        <h2 id="queue-title">Queue</h2>
        <p>{{queued}} queued, {{waiting}} waiting in inboxes; letters: {{lettersQueued}} queued, {{lettersFailed}} failed</p>
        <ul class="items">
        {{#converting}}
        <li class="converting">
        <div class="title"><h3 class="name">{{account}}/{{name}}</h3><span class="state">{{words}}</span></div>
        {{#progress}}<progress max="1" value="{{progress}}" aria-label="Conversion of {{name}}"></progress>{{/progress}}
        </li>
        {{/converting}}
        {{#held}}
        <li class="waiting">
        <h3 class="name">{{account}}/{{name}}</h3>
        <p class="detail">{{message}}</p>
        </li>
        {{/held}}
        </ul>
        </section>
        <section aria-labelledby="load-title">
        <h2 id="load-title">Load</h2>
        <dl>
        <dt>Load average</dt><dd>{{averages}} (over 1, 5 and 15 min) on {{processors}} processors</dd>
        <dt>Conversions at a time</dt><dd>{{conversions}}</dd>
        <dt>Memory of the service</dt><dd>{{serviceMemory}}</dd>
        <dt>Memory of the machine</dt><dd>{{memory}}</dd>
        <dt>Disk</dt><dd>{{disk}}</dd>
        </dl>
        </section>
        <section aria-labelledby="accounts-title">
        <h2 id="accounts-title">Accounts</h2>
        <div class="wide" role="group" aria-labelledby="accounts-title" tabindex="0">
        <table>
        <thead>
        <tr><th scope="col">Name</th><th scope="col">Address</th><th scope="col">Today</th><th scope="col">Under way</th><th scope="col">Last drop</th></tr>
        </thead>
        <tbody>
        {{#accounts}}
        <tr>
        <th scope="row">{{name}}{{#notes}} <span class="hint">{{notes}}</span>{{/notes}}</th>
        <td>{{email}}</td><td>{{jobsToday}}</td><td>{{queued}}</td><td>{{lastDrop}}</td>
        </tr>
        {{/accounts}}
        </tbody>
        </table>
        </div>
        </section>
        </div>
        {{/content}}{{/layout}}
        """#
}
