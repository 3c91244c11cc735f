import HTTPTypes
import Hummingbird
import Logging

/// The edge where errors end: turns them into replies, and logs each cause of a 5xx once.
struct ErrorReplies: RouterMiddleware {
    let pages: Pages

    func handle(
        _ request: Request, context: Routes.Context,
        next: @concurrent (Request, Routes.Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            let problem = Problem(error)
            if problem.status.kind == .serverError {
                let cause = problem.cause.map { String(describing: $0) } ?? problem.detail
                context.logger.error(
                    "request failed",
                    metadata: [
                        "method": "\(request.method)", "path": "\(request.uri.path)",
                        "status": "\(problem.status.code)", "cause": "\(cause)",
                    ])
            }
            let answer = try reply(to: request, problem)
            // RFC 9110 section 9.3.2: a HEAD is answered without content, whatever the answer.
            response = request.method == .head ? answer.createHeadResponse() : answer
        }
        context.logger.debug(
            "request",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
                "duration": "\(ContinuousClock.now - start)",
            ])
        return response
    }

    /// Programs read problem documents, people a page.
    private func reply(to request: Request, _ problem: Problem) throws -> Response {
        let wantsPage = request.headers[.accept]?.contains("text/html") == true
        guard wantsPage, !request.uri.path.hasPrefix("/api/") else { return try problem.response() }
        return pages.problem(problem)
    }
}
