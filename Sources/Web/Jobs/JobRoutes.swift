import Domain
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Storage

/// What became of the drops, for programs.
struct JobRoutes: Sendable {
    let world: World

    @Sendable func list(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let jobs = Jobs(world, of: try await world.visitors.signedIn(request).account)
        return try .json(try await jobs.list(JobQuery(request.uri.queryParameters)))
    }

    @Sendable func one(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let jobs = Jobs(world, of: try await world.visitors.signedIn(request).account)
        return try .json(try await jobs.document(jobs.job(context.parameters.get("id", as: Job.ID.self))))
    }

    /// The MP3s: the jobs that were published.
    @Sendable func outbox(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let jobs = Jobs(world, of: try await world.visitors.signedIn(request).account)
        var query = try JobQuery(request.uri.queryParameters)
        query.state = .only(.published)
        return try .json(try await jobs.list(query))
    }

    /// Cancels a job that has not ended; its original goes to `failed`.
    @Sendable func cancel(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let jobs = Jobs(world, of: try await world.visitors.signedIn(request).account)
        let job = try await jobs.job(context.parameters.get("id", as: Job.ID.self))
        let cancelled: Job
        do {
            cancelled = try await world.ledger.jobs.cancel(job.id)
        } catch is LedgerError {
            throw Problem(status: .conflict, detail: "This job has ended already, or is just being taken.")
        }
        // The converter is ended by who runs it; the original is moved now, or by whoever is first.
        world.onCancelled()
        world.live.post(.job(cancelled))
        _ = try await SpoolRecovery(ledger: world.ledger, spool: world.spool).breakOff(job.id, .init(notBefore: .now))
        return Response(status: .noContent)
    }

    /// Removes an MP3 from the outbox. What else of that name its owner put there is left.
    @Sendable func remove(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.signedIn(request).account
        let job = try await Jobs(world, of: account).job(context.parameters.get("id", as: Job.ID.self))
        guard job.state == .published, let output = job.output else {
            throw Problem.notFound("This job has no MP3.")
        }
        guard try await PublishedFile.remove(output, of: account.name, in: world.tree) else {
            throw Problem.notFound("The MP3 is no longer in your outbox.")
        }
        return Response(status: .noContent)
    }
}
