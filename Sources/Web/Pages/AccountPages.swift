import Domain
import FoundationEssentials
import Hummingbird
import Storage

/// What the pages about accounts show.
struct RegisterPage {
    let title = "Make an account"
    var name = ""
    var email = ""
    var invitation: String?
    var message: String?
}

struct ConfirmPage {
    let title = "Confirm your address"
    let secret: String
    var name: String?
    /// Whether another name is to be chosen.
    var asksName = false
    var message: String?
}

struct ResetPage {
    let title = "Set a new password"
    let secret: String
    var message: String?
}

struct AccountPage {
    struct Token {
        let id: Int64
        let label: String
        let created: String
        let lastUsed: String
        let expires: String
    }

    let title = "Your account"
    let account: String
    let isAdministrator: Bool
    let email: String
    let inbox: InboxHint
    let tokens: [Token]
    let notice: String?
    let message: String?
    let issued: String?

    init(
        _ account: Account, inbox: InboxHint, tokens: [TokenStore.Entry], notice: String?, message: String?,
        issued: DropToken?
    ) {
        self.account = account.name.text
        isAdministrator = account.isAdministrator
        email = account.email.text
        self.inbox = inbox
        self.tokens = tokens.map { token in
            Token(
                id: token.id, label: token.label, created: Self.day(token.created),
                lastUsed: token.lastUsed.map(Self.day) ?? "never", expires: token.expires.map(Self.day) ?? "never")
        }
        self.notice = notice
        self.message = message
        self.issued = issued?.text
    }

    /// `2026-11-23`, in UTC.
    private static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }
}

extension Pages {
    private struct Notice {
        let title: String
        let text: String
    }

    private struct Forgotten { let title = "Forgotten password" }

    /// A page that says one thing.
    func notice(title: String, _ text: String) -> Response {
        page(render(Notice(title: title, text: text), "notice"))
    }

    func register(_ content: RegisterPage, _ problem: Problem? = nil) -> Response {
        page(render(content, "register"), problem)
    }

    func confirm(_ content: ConfirmPage, _ problem: Problem? = nil) -> Response {
        page(render(content, "confirm"), problem)
    }

    func forgotten() -> Response { page(render(Forgotten(), "forgotten")) }

    func reset(_ content: ResetPage, _ problem: Problem? = nil) -> Response { page(render(content, "reset"), problem) }

    func account(_ content: AccountPage, _ problem: Problem? = nil) -> Response {
        page(render(content, "account"), problem)
    }

    private func page(_ html: String, _ problem: Problem?) -> Response {
        var response = page(html, problem?.status ?? .ok)
        for field in problem?.headers ?? [:] { response.headers[field.name] = field.value }
        return response
    }
}
