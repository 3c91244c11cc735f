import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOSSL
public import ServiceLifecycle
public import Storage

/// The web page and the HTTP interface, as one service.
public struct WebServer: Service, CustomStringConvertible {
    private let settings: WebSettings
    private let world: World
    private let tlsConfiguration: TLSConfiguration?
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void
    private let listeners: [Int32]
    private let connections: ConnectionCount

    /// - Parameters:
    ///   - signingKey: The secret that session tokens are signed with, at least 32 bytes.
    ///   - keeper: Makes and removes accounts.
    ///   - checkConverter: Throws where no converter starts.
    ///   - onQueued: Called whenever an upload was queued.
    ///   - onCancelled: Called whenever a job was cancelled.
    ///   - onLetter: Called whenever a letter was queued.
    ///   - onListening: Called once, with the port that the server listens on.
    ///   - listeners: Descriptors of sockets that listen already, which are served instead of the settings' address and
    ///     closed in the end.
    public init(
        settings: WebSettings, ledger: Ledger, spool: Spool, keeper: AccountKeeper, live: LiveState,
        signingKey: [UInt8], logger: Logger, checkConverter: @escaping @Sendable () async throws -> Void,
        onQueued: @escaping @Sendable () -> Void, onCancelled: @escaping @Sendable () -> Void,
        onLetter: @escaping @Sendable () -> Void, onListening: @escaping @Sendable (Int) -> Void,
        listeners: [Int32] = []
    ) async throws {
        self.settings = settings
        tlsConfiguration = try settings.tls.map(TLSIdentity.configuration)
        self.logger = logger
        self.onListening = onListening
        self.listeners = listeners
        connections = ConnectionCount(limits: settings.connections, trusted: settings.trustedProxies)
        let visitors = try await Visitors(settings: settings, ledger: ledger, signingKey: signingKey, live: live)
        let uploads = Uploads(
            store: UploadStore(ledger: ledger, spool: spool), live: live, limit: settings.maxUpload,
            quota: UploadQuota(
                ledger: ledger, tree: spool.tree, accountBytes: settings.accountBytes, freeSpace: settings.freeSpace,
                onLetter: onLetter),
            repeats: Repeats(ledger: ledger), onQueued: onQueued)
        world = try World(
            settings: settings, ledger: ledger, tree: spool.tree, live: live, visitors: visitors,
            accounts: Accounts(
                settings: settings, keeper: keeper, gate: visitors.gate, throttles: visitors.throttles,
                live: live, onLetter: onLetter),
            uploads: uploads,
            resumable: ResumableUploads(
                store: ResumableUploadStore(ledger: ledger, spool: spool), uploads: uploads,
                lifetime: settings.uploadLifetime),
            spool: spool, readiness: Readiness(ledger: ledger, spool: spool, checkConverter: checkConverter),
            onCancelled: onCancelled,
            pages: Pages(settings: settings), links: LinkSigner(signingKey: signingKey))
    }

    /// The service group logs its services; what they hold does not belong there.
    public var description: String { "WebServer" }

    public func run() async throws {
        async let tending: Void = world.resumable.tend(logger: logger)
        try await serve()
        await tending
    }

    private func serve() async throws {
        guard let tls = settings.tls, let configuration = tlsConfiguration else { return try await servePlain() }
        var world = world
        world.visitors = world.visitors.overTLS
        world.isOwnTLS = true
        let secure = application(
            world, try .tls(http, tlsConfiguration: configuration), tls.host, tls.port
        ) { [logger] port in
            logger.info("listening with TLS", metadata: ["tls-host": "\(tls.host)", "tls-port": "\(port)"])
        }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await servePlain() }
            group.addTask { try await secure.run() }
        }
    }

    private var http: HTTPServerBuilder {
        .http1(
            idleTimeout: Self.idleTimeout, rate: settings.minimumRate, limit: settings.maxUpload, count: connections)
    }

    private func servePlain() async throws {
        guard !listeners.isEmpty else {
            return try await application(
                world, http, settings.host, settings.port, onListening
            ).run()
        }
        let connection = HTTP1Channel(
            idleTimeout: Self.idleTimeout, rate: settings.minimumRate, limit: settings.maxUpload, count: connections,
            responder: Routes.make(world).buildResponder().connectionResponder(logger: logger))
        try await withThrowingDiscardingTaskGroup { group in
            for (index, descriptor) in listeners.enumerated() {
                let server = ListeningServer(descriptor: descriptor, connection: connection, logger: logger) { port in
                    if index == 0 { onRunning(at: port) }
                }
                group.addTask { try await server.run() }
            }
        }
    }

    private func onRunning(at port: Int?) {
        if port != settings.port {
            logger.warning(
                "http.listen is not used: soundspool.socket listens (systemctl edit soundspool.socket changes where)",
                metadata: ["http.listen": "\(settings.host):\(settings.port)"])
        }
        onListening(port ?? settings.port)
    }

    /// A sender that falls silent in the middle of a request is let go.
    private static let idleTimeout = TimeAmount.seconds(120)

    private func application(
        _ world: World, _ server: HTTPServerBuilder, _ host: String, _ port: Int,
        _ onListening: @escaping @Sendable (Int) -> Void
    ) -> some ApplicationProtocol {
        Application(
            router: Routes.make(world), server: server, configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { onListening(port) }
            },
            logger: logger)
    }
}
