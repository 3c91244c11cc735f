import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Serves HTTP on a socket that is listening already, and that somebody else may go on listening on: what comes after the
/// stop waits there for the next service, so a restart refuses nobody. Hummingbird's own server can only bind.
struct ListeningServer: Service {
    /// What was accepted before a stop may still send its first request, until idle connections are closed.
    private static let farewell = TimeAmount.milliseconds(250)

    /// Bytes that one read takes: of a fast upload more than the usual 64 KiB, because each read costs turns of several
    /// threads.
    private static let readLengths =
        AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 1 << 12, maximum: 1 << 18)

    /// Taken over, and closed in the end.
    let descriptor: Int32
    let connection: HTTP1Channel
    let logger: Logger
    /// Told the port that the socket is on, where it has one.
    let onRunning: @Sendable (Int?) -> Void

    func run() async throws {
        let logger = logger
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelOption(ChannelOptions.recvAllocator, value: Self.readLengths)
            .bind(descriptor, serverBackPressureStrategy: nil) { [connection] channel in
                connection.setup(channel: channel, logger: logger)
            }
        let connections = OpenConnections()
        await withGracefulShutdownHandler {
            onRunning(server.channel.localAddress?.port)
            await withDiscardingTaskGroup { group in
                do {
                    try await server.executeThenClose { arriving in
                        for try await arrived in arriving {
                            connections.add(arrived.channel)
                            group.addTask { await connection.handle(value: arrived, logger: logger) }
                        }
                    }
                } catch {
                    logger.error("no more connections are taken", metadata: ["error": "\(error)"])
                }
            }
        } onGracefulShutdown: {
            // No more are accepted. To close at once would drop a connection that is just being set up.
            server.channel.setOption(.autoRead, value: false).whenComplete { _ in
                server.channel.eventLoop.scheduleTask(in: Self.farewell) {
                    // Of this descriptor only; the socket goes on listening.
                    server.channel.close(promise: nil)
                    connections.quiesce()
                }
            }
        }
    }
}
