import Domain
import HTTPTypes
import Hummingbird
import Storage

/// `GET /api/v1/outbox/{id}/waveform`: the outline of an MP3's sound, for whoever draws it.
struct WaveformRoute: Sendable {
    let world: World

    private struct Document: Encodable {
        /// The highest sample of each of the equally long spans; full scale is 255.
        let peaks: [UInt8]
        /// Seconds.
        let duration: Double
    }

    @Sendable func waveform(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await world.visitors.signedIn(request).account
        let job = try await Jobs(world, of: account).job(context.parameters.get("id", as: Job.ID.self))
        guard job.state == .published, let duration = job.duration,
            let peaks = try await world.ledger.jobs.waveform(of: job.id)
        else { throw Problem.notFound("There is no waveform of this job.") }
        var response = try Response.json(Document(peaks: Array(peaks), duration: duration))
        // It never changes; but who signs in next in this browser is another reader.
        response.headers[.cacheControl] = "private, max-age=86400"
        response.headers[.vary] = "Cookie, Authorization"
        return response
    }
}
