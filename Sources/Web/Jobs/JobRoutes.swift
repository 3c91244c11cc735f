import Domain
import Hummingbird
import HummingbirdCore

/// What became of the drops, for programs.
struct JobRoutes: Sendable {
    let world: World

    @Sendable func list(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let jobs = Jobs(world, of: try await world.visitors.signedIn(request).account)
        return try .json(try await jobs.list(JobQuery(request.uri.queryParameters)))
    }

    @Sendable func one(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let jobs = Jobs(world, of: try await world.visitors.signedIn(request).account)
        return try .json(jobs.document(try await jobs.job(context.parameters.get("id", as: Job.ID.self))))
    }

    /// The MP3s: the jobs that were published.
    @Sendable func outbox(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let jobs = Jobs(world, of: try await world.visitors.signedIn(request).account)
        var query = try JobQuery(request.uri.queryParameters)
        query.state = .only(.published)
        return try .json(try await jobs.list(query))
    }
}
