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

    @Sendable func cancel(_ request: Request, _ context: Routes.Context) async throws -> Response {
        try await cancel(
            context.parameters.get("id", as: Job.ID.self), of: world.visitors.signedIn(request).account)
        return Response(status: .noContent)
    }

    @Sendable func remove(_ request: Request, _ context: Routes.Context) async throws -> Response {
        try await remove(
            context.parameters.get("id", as: Job.ID.self), of: world.visitors.signedIn(request).account)
        return Response(status: .noContent)
    }

    // MARK: Forms

    @Sendable func postCancel(_ request: Request, _ context: Routes.Context) async throws -> Response {
        guard let visitor = try await world.visitors.visitor(request) else { return .seeOther("/sign-in") }
        try await cancel(context.parameters.get("id", as: Job.ID.self), of: visitor.account)
        return .seeOther(Self.page(of: request))
    }

    @Sendable func postRemove(_ request: Request, _ context: Routes.Context) async throws -> Response {
        guard let visitor = try await world.visitors.visitor(request) else { return .seeOther("/sign-in") }
        try await remove(context.parameters.get("id", as: Job.ID.self), of: visitor.account)
        return .seeOther(Self.page(of: request))
    }

    /// The page of the list that the form is on.
    private static func page(of request: Request) -> String {
        guard let before = request.query("before").flatMap({ Job.ID($0) }) else { return "/" }
        return "/?before=\(before)"
    }

    // MARK: Doing it

    /// Cancels a job that has not ended; its original goes to `failed`.
    private func cancel(_ id: Job.ID?, of account: Account) async throws {
        let job = try await Jobs(world, of: account).job(id)
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
    }

    /// Removes an MP3 from the outbox. What else of that name its owner put there is left.
    private func remove(_ id: Job.ID?, of account: Account) async throws {
        let job = try await Jobs(world, of: account).job(id)
        guard job.state == .published, let output = job.output else {
            throw Problem.notFound("This job has no MP3.")
        }
        guard try await PublishedFile.remove(output, of: account.name, in: world.tree) else {
            throw Problem.notFound("The MP3 is no longer in your outbox.")
        }
        // The owner's other pages show it too.
        world.live.post(.job(job))
    }
}
