import HTTPTypes
import HummingbirdCore
import NIOCore

extension HTTPServerBuilder {
    /// HTTP/1.1 that answers `Expect: 100-continue` (RFC 9110 section 10.1.1). Without that answer, curl waits a second
    /// before it sends a file.
    ///
    /// A stranger, and a body that is too large, hear no "continue" but the refusal.
    /// - Parameters:
    ///   - rate: What senders must bring.
    ///   - limit: The largest request body, in bytes.
    ///   - count: Of all connections, whatever server they come to.
    static func http1(
        idleTimeout: TimeAmount, rate: WebSettings.MinimumRate, limit: Int64, count: ConnectionCount
    ) -> HTTPServerBuilder {
        HTTPServerBuilder {
            HTTP1Channel(idleTimeout: idleTimeout, rate: rate, limit: limit, count: count, responder: $0)
        }
    }
}

extension HTTP1Channel {
    /// One connection of such a server.
    init(
        idleTimeout: TimeAmount, rate: WebSettings.MinimumRate, limit: Int64, count: ConnectionCount,
        responder: @escaping Responder
    ) {
        self.init(
            responder: { request, writer, channel in
                if Self.isWelcome(request.head.headerFields, limit: limit) {
                    try await writer.writeInformationalHead(HTTPResponse(status: .continue))
                }
                try await responder(request, writer, channel)
            },
            configuration: Configuration(
                additionalChannelHandlers: [ConnectionGuard(count: count), SlowSenderInstaller(rate: rate)],
                idleTimeout: idleTimeout))
    }

    private static func isWelcome(_ fields: HTTPFields, limit: Int64) -> Bool {
        guard fields[.expect]?.lowercased() == "100-continue" else { return false }
        guard fields[.authorization] != nil || fields[.cookie] != nil else { return false }
        return (fields[.contentLength].flatMap { Int64($0) } ?? 0) <= limit
    }
}
