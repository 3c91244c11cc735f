import ConversionContract
import Domain
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// Renders the pages.
struct Pages: Sendable {
    private let library: MustacheLibrary
    private let maxUpload: String
    private let settings: WebSettings

    init(settings: WebSettings) throws {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        var library = MustacheLibrary()
        for (name, template) in Templates.all { try library.register(HTMLText.pragma + template, named: name) }
        self.library = library
        self.settings = settings
        maxUpload = ByteCountText.text(settings.maxUpload)
    }

    private struct Home {
        let title = "Your files"
        let account: String
        let isAdministrator: Bool
        let presets: [PresetChoice]
        let maxUpload: String
        let inbox: InboxHint?
        let jobs: [JobRow]
        let next: String?
        /// Tells a form that a browser sends twice from two forms: see ``Repeats``.
        let key = String(UInt128.random(in: .min ... .max), radix: 36)
    }

    private struct SignIn {
        let title = "Sign in"
        let login: String
        let message: String?
        let notice: String?
        let canRegister: Bool
        let canReset: Bool
    }

    private struct ProblemPage {
        let title: String
        let detail: String
    }

    /// - Parameter before: The page of the list; nil for the first.
    func home(_ account: Account, _ list: JobList, before: Job.ID? = nil, inbox: InboxHint? = nil) -> Response {
        page(homeHTML(account, list, before: before, inbox: inbox))
    }

    /// - Parameters:
    ///   - problem: Why an earlier try failed.
    ///   - notice: What went well before.
    func signIn(login: String = "", problem: Problem? = nil, notice: String? = nil) -> Response {
        var response = page(
            signInHTML(login: login, message: problem?.detail, notice: notice), problem?.status ?? .ok)
        for field in problem?.headers ?? [:] { response.headers[field.name] = field.value }
        return response
    }

    func letters(_ account: Account, isChanged: Bool) -> Response {
        page(render(LettersPage(account, isChanged: isChanged), "letters"))
    }

    func problem(_ problem: Problem) -> Response {
        var response = page(
            problemHTML(title: problem.status.reasonPhrase, detail: problem.detail), problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }

    // MARK: Rendering

    func homeHTML(
        _ account: Account, _ list: JobList, before: Job.ID? = nil, inbox: InboxHint? = nil
    ) -> String {
        render(
            Home(
                account: account.name.text, isAdministrator: account.isAdministrator,
                presets: PresetChoice.all(chosen: account.preset), maxUpload: maxUpload,
                inbox: inbox, jobs: list.jobs.map { JobRow($0, before: before) }, next: list.next), "home")
    }

    func signInHTML(login: String, message: String?, notice: String? = nil) -> String {
        render(
            SignIn(
                login: login, message: message, notice: notice, canRegister: settings.registration != .closed,
                canReset: settings.publicURL != nil), "sign-in")
    }

    func problemHTML(title: String, detail: String) -> String {
        render(ProblemPage(title: title, detail: detail), "problem")
    }

    func render(_ content: some Sendable, _ template: String) -> String {
        // Nil only for a name that is not registered.
        library.render(content, withTemplate: template) ?? ""
    }

    func page(_ html: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            // Without a declared charset, browsers send the names of files in the form in one of their own.
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}
