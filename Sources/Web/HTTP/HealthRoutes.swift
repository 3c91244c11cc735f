import HTTPTypes
import Hummingbird
import LinuxSystem
import Storage

/// For whoever watches the service.
struct HealthRoutes: Sendable {
    let world: World

    private struct Health: Encodable { let status = "ok" }

    /// The process answers.
    @Sendable func healthz(_ request: Request, _ context: Routes.Context) async throws -> Response {
        try .json(Health())
    }

    /// The ledger and the directories can be used.
    @Sendable func readyz(_ request: Request, _ context: Routes.Context) async throws -> Response {
        do {
            _ = try await world.ledger.jobs.nextRetry()
            try await onBlockingThread { [tree = world.tree] in _ = try tree.homes() }
        } catch {
            throw Problem(
                status: .serviceUnavailable, detail: "The ledger or the root directory cannot be used now.",
                cause: error)
        }
        return try .json(Health())
    }
}
