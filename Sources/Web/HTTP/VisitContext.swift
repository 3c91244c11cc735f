import Hummingbird
import NIOCore

/// What travels with a request: also who is at the other end of the connection.
struct VisitContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of the connection's other end: a person's, or a proxy's.
    let peer: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }
}
