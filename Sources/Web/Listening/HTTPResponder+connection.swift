import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Logging
import NIOHTTP1

/// A request that could not be read to its end, when its answer was begun already.
private struct BrokenRequest: Error {}

extension HTTPResponder where Context == VisitContext {
    /// What Hummingbird's `Application` does with a request on a connection, for servers that are not its own.
    func connectionResponder(logger: Logger) -> HTTPChannelHandler.Responder {
        { request, writer, channel in
            var response: Response
            do {
                let context = VisitContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
                response = try await respond(to: request, context: context)
            } catch let error as HTTPParserError {
                // The connection's handler answers that it was no HTTP.
                throw error
            } catch {
                logger.debug("a request failed", metadata: ["error": "\(error)"])
                response = Response(status: .internalServerError)
            }
            response.headers[.date] = HTTPDate.text(.now)
            do {
                try await writer.write(response: response.head, body: response.body)
            } catch is HTTPParserError {
                // As such it would be answered a second time.
                throw BrokenRequest()
            }
        }
    }
}
