import NIOCore

/// Counts its connection as long as that is open, and closes it where there are too many.
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let count: ConnectionCount

    init(count: ConnectionCount) { self.count = count }

    /// Not when it is added: a channel that is closed while it is set up fails to be.
    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        let address = context.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        // Without a word, which would take time and memory: whoever is refused here has many.
        guard count.enter(address) else { return context.close(promise: nil) }
        context.channel.closeFuture.whenComplete { [count] _ in count.leave(address) }
    }
}
