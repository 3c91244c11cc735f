import Domain
import Hummingbird

/// The page where the holder of a letter chooses which ones to get.
struct LettersPage {
    struct Choice {
        let value: String
        let label: String
        let isChosen: Bool
    }

    let title = "Your letters"
    /// Of the account that the letter was to; not of somebody who is signed in.
    let owner: String
    let isChanged: Bool
    let choices: [Choice]

    init(_ account: Account, isChanged: Bool) {
        owner = account.name.text
        self.isChanged = isChanged
        choices = LetterChoice.allCases.map { choice in
            Choice(value: choice.rawValue, label: Self.label(choice), isChosen: choice == account.letters)
        }
    }

    private static func label(_ choice: LetterChoice) -> String {
        switch choice {
        case .each: "One for each file, at once"
        case .digest: "One for all files that are ready at about the same time"
        case .failures: "Only when something went wrong"
        case .none: "None"
        }
    }

    /// The form goes to where the page came from: the link, with its signature.
    static let template = #"""
        {{<layout}}{{$content}}
        <section class="narrow" aria-labelledby="letters-title">
        <h1 id="letters-title">Letters to {{owner}}</h1>
        {{#isChanged}}<p role="status">Your choice is saved.</p>{{/isChanged}}
        <form method="post">
        <fieldset class="choices">
        <legend>Which ones do you want?</legend>
        {{#choices}}
        <label class="choice"><input type="radio" name="choice" value="{{value}}"{{#isChosen}} checked{{/isChosen}}> {{label}}</label>
        {{/choices}}
        </fieldset>
        <button>Save</button>
        </form>
        </section>
        {{/content}}{{/layout}}
        """#
}
