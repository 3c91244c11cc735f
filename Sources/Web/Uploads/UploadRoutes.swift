import ConversionContract
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore

/// Dropping over HTTP.
struct UploadRoutes: Sendable {
    let world: World

    private static let inbox = "/api/v1/inbox"

    /// `PUT /api/v1/inbox/{name}`: one file as the raw body, as `curl -T` sends it.
    @Sendable func put(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.dropper(request).account
        // The path as it was sent: a '/' within the name is still told from one between components.
        let name = try UploadName.inPath(request.uri.path.dropFirst(Self.inbox.count + 1))
        let preset = try Preset.named(request.uri.queryParameters["preset"] ?? "")
        let job = try await world.uploads.receiveFile(request, as: name, preset: preset, from: account)
        var response = try Response.json(await Jobs(world, of: account).document(job), status: .created)
        response.headers[.location] = "/api/v1/jobs/\(job.id)"
        return response
    }

    /// `POST /upload`: the page's form, for browsers without scripts.
    @Sendable func postForm(_ request: Request, _ context: Routes.Context) async throws -> Response {
        guard let visitor = try await world.visitors.visitor(request) else { return .seeOther("/sign-in") }
        _ = try await world.uploads.receiveForm(request, from: visitor.account)
        return .seeOther("/")
    }
}
