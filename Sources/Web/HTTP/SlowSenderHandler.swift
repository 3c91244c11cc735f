import NIOCore

/// Closes connections of senders that bring less than a minimum rate, so that nobody holds connections, descriptors and
/// half files for hours by sending a byte now and then (slow headers, slow bodies).
///
/// SECURITY: stands first in the pipeline and counts what comes over the wire, TLS included. It counts whatever a sender
/// does between two answers: headers, bodies, and bodies whose refusal was answered already. A connection that waits for
/// its next request has the idle timeout alone. One on which nothing ever came is closed sooner: it costs its maker
/// nothing to have many.
final class SlowSenderHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData

    private let rate: WebSettings.MinimumRate
    /// Since when the next bytes are waited for. Nil while this side does not read, because it is the slower one.
    private var readSince: NIODeadline?
    /// What was waited for, and came, since the last answer or the last time that it was enough.
    private var waited = TimeAmount.zero
    private var bytes = 0
    private var isQuiet = true
    /// Closes a connection on which nothing came.
    private var silence: Scheduled<Void>?

    init(rate: WebSettings.MinimumRate) { self.rate = rate }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        silence = context.eventLoop.scheduleTask(in: TimeAmount(rate.silence)) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        silence?.cancel()
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        if readSince == nil { readSince = .now() }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        silence?.cancel()
        bytes += unwrapInboundIn(data).readableBytes
        if let since = readSince, !isQuiet {
            // One pause, as on a train, is not enough to end an upload.
            waited = waited + min(.now() - since, TimeAmount(rate.window / 2))
        }
        (readSince, isQuiet) = (nil, false)
        if waited >= TimeAmount(rate.window) {
            guard bytes >= rate.bytes else { return context.close(promise: nil) }
            restart()
        }
        context.fireChannelRead(data)
    }

    /// An answer, or a part of one.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        restart()
        isQuiet = true
        context.write(data, promise: promise)
    }

    private func restart() { (waited, bytes) = (.zero, 0) }
}

/// Puts a `SlowSenderHandler` first: what is added to an HTTP channel comes behind its parser, which counts no bytes.
final class SlowSenderInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let rate: WebSettings.MinimumRate

    init(rate: WebSettings.MinimumRate) { self.rate = rate }

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(SlowSenderHandler(rate: rate), position: .first)
        } catch {
            // The channel is closed already.
            context.close(promise: nil)
        }
    }
}
