import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Storage

/// `/letters?account=…&signature=…`, which a letter's List-Unsubscribe and its last line lead to: its holder chooses which
/// letters the account gets, without signing in.
///
/// SECURITY: whoever has the letter may choose; nothing else is shown or can be changed. A GET changes nothing, because
/// mail scanners follow every link.
struct LetterRoutes: Sendable {
    let world: World

    private struct Form: Decodable {
        let choice: String?
    }

    @Sendable func page(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await account(request)
        return world.pages.letters(account, isChanged: false)
    }

    /// A form of the page, or a mail program's `List-Unsubscribe=One-Click` (RFC 8058 section 3.2), which names no choice:
    /// it wants no more letters.
    @Sendable func choose(_ request: Request, _ context: Routes.Context) async throws -> Response {
        var account = try await account(request)
        let text = String(buffer: try await request.collectSmallBody())
        let form = try? URLEncodedFormDecoder().decode(Form.self, from: text)
        let named = form?.choice
        guard let choice = named.map(LetterChoice.init(rawValue:)) ?? LetterChoice.none else {
            throw Problem.badRequest("The choice should be each, digest, failures or none.")
        }
        try await world.ledger.accounts.setLetters(choice, account.id)
        account.letters = choice
        return world.pages.letters(account, isChanged: true)
    }

    private func account(_ request: Request) async throws -> Account {
        let parameters = request.uri.queryParameters
        guard let id = parameters[Substring(SignedLinks.account)].flatMap({ Int64($0) }),
            let signature = parameters[Substring(SignedLinks.signature)],
            world.links.verdict(on: String(signature), for: .letters(id), expires: nil) == .valid,
            let account = try await world.ledger.accounts.account(id)
        else { throw Problem.notFound("This link leads nowhere. Copy the whole of it from the letter.") }
        return account
    }
}
