import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Storage

/// News of the account's jobs as they happen, as server-sent events: `waiting`, `job` and `progress`.
///
/// The stream begins with news, not with the state of things: whoever connects asks `/api/v1/jobs` once the stream is
/// open, and misses nothing.
struct ProgressRoute: Sendable {
    let world: World

    /// Below the idle timeouts of common proxies (nginx: 60 s).
    private static let keepAlive = Duration.seconds(15)
    /// News that a listener may lag behind before it is let go.
    private static let backlog = 1024

    private enum Frame: Sendable {
        case news(LiveState.Event)
        case keepAlive
    }

    @Sendable func events(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let visitor = try await world.visitors.signedIn(request)
        // Listens before the reply begins, so that nothing falls between the reply and the first event.
        let news = world.live.events()
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await send(news, to: visitor, &writer)
                try await writer.finish(nil)
            })
    }

    @concurrent private func send(
        _ news: AsyncStream<LiveState.Event>, to visitor: Visitor, _ writer: inout any ResponseBodyWriter
    ) async throws {
        try await writer.write(ServerSentEvent.beginning)
        let (frames, continuation) = AsyncStream.makeStream(
            of: Frame.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        let sources = Task { await Self.merge(news, into: continuation) }
        defer { sources.cancel() }
        var filter = JobNews(Jobs(world, of: visitor.account))
        try await withTaskCancellationOrGracefulShutdownHandler {
            for await frame in frames {
                switch frame {
                case .news(.sessionsEnded(visitor.account.id)):
                    guard try await world.visitors.isLive(visitor) else { return }
                case .news(let news):
                    guard let event = try await filter.event(for: news) else { continue }
                    // The administrator's commands end sessions too, and have no way to say so here.
                    guard try await world.visitors.isLive(visitor) else { return }
                    try await writer.write(event.bytes)
                case .keepAlive:
                    guard try await world.visitors.isLive(visitor) else { return }
                    try await writer.write(ServerSentEvent.keepAlive)
                }
            }
        } onCancelOrGracefulShutdown: {
            continuation.finish()
        }
    }

    /// Ends the frames with the news, or with a listener that lags: it connects anew and asks for the whole truth.
    private static func merge(
        _ news: AsyncStream<LiveState.Event>, into frames: AsyncStream<Frame>.Continuation
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    // Only cancellation ends the sleep early.
                    try? await Task.sleep(for: keepAlive)
                    if case .terminated = frames.yield(.keepAlive) { return }
                }
            }
            group.addTask {
                for await event in news {
                    guard case .enqueued = frames.yield(.news(event)) else { break }
                }
                frames.finish()
            }
            await group.next()
            group.cancelAll()
        }
    }
}
