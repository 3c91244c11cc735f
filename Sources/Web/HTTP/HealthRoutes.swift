import HTTPTypes
import Hummingbird

/// For whoever watches the service.
struct HealthRoutes: Sendable {
    let world: World

    private struct Health: Encodable { let status = "ok" }

    /// The process answers.
    @Sendable func healthz(_ request: Request, _ context: Routes.Context) async throws -> Response {
        try .json(Health())
    }

    /// The ledger and the spool can be written, and a converter starts.
    @Sendable func readyz(_ request: Request, _ context: Routes.Context) async throws -> Response {
        if let trouble = await world.readiness.trouble() {
            throw Problem(status: .serviceUnavailable, detail: trouble.detail, cause: trouble.cause)
        }
        return try .json(Health())
    }
}
