public import Domain
import FoundationEssentials
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// What waits in inboxes and why, for commands that run beside the service and cannot know it: `waiting.json` in the state
/// directory. Written whole, when it has changed, and a long list only now and then. Worth something while the service runs.
public struct WaitingFile: Service {
    /// One drop.
    public struct Entry: Codable, Sendable, Hashable {
        public let account: Account.ID
        /// As it is shown.
        public let name: String
        /// ``WaitReason/word``.
        public let reason: String
        /// ``WaitReason/explanation``.
        public let message: String

        public init(_ drop: WaitingDrop) {
            account = drop.account
            name = drop.drop.display
            reason = drop.reason.word
            message = drop.reason.explanation
        }
    }

    private static let name = "waiting.json"
    private static let interval: Duration = .milliseconds(100)
    private static let intervalForMany: Duration = .seconds(2)
    private static let many = 1000
    private static let pauseAfterError: Duration = .seconds(10)

    private let path: String
    private let live: LiveState
    private let logger: Logger
    private let news: NewsOfAccounts

    /// - Parameter state: the state directory.
    public init(state: String, ledger: Ledger, live: LiveState, logger: Logger) {
        path = Self.path(in: state)
        self.live = live
        self.logger = logger
        news = NewsOfAccounts(live: live, ledger: ledger)
    }

    /// What the running service last wrote; nil where it has written nothing yet.
    public static func read(state: String) -> [Entry]? {
        guard let data = try? Data(contentsOf: URL(filePath: path(in: state))) else { return nil }
        return try? JSONDecoder().decode([Entry].self, from: data)
    }

    private static func path(in state: String) -> String { "\(state)/\(name)" }

    public func run() async throws {
        let path = path
        await cancelWhenGracefulShutdown {
            // What an earlier run left is true no more, and nothing is known before the inboxes were looked at.
            try? await onBlockingThread { try FileManager.default.removeItem(atPath: path) }
            var written: [Account.ID: [WaitingDrop]]?
            var isOwing = false
            await withTaskGroup { group in
                group.addTask { await news.listen() }
                while !Task.isCancelled {
                    await news.arrived(atMost: isOwing ? Self.pauseAfterError : nil)
                    guard !Task.isCancelled else { break }
                    _ = news.take()
                    let waiting = live.waitingByAccount
                    if waiting != written {
                        isOwing = await !write(waiting)
                        if !isOwing { written = waiting }
                    }
                    // Ended early only by a stop.
                    let count = waiting.values.reduce(0) { $0 + $1.count }
                    try? await Task.sleep(for: count > Self.many ? Self.intervalForMany : Self.interval)
                }
            }
        }
    }

    /// Returns whether it was written.
    private func write(_ waiting: [Account.ID: [WaitingDrop]]) async -> Bool {
        do {
            let path = path
            try await onBlockingThread {
                let entries = waiting.sorted { $0.key < $1.key }.flatMap { $0.value.map(Entry.init) }
                try JSONEncoder().encode(entries).write(to: URL(filePath: path), options: .atomic)
            }
            return true
        } catch {
            logger.debug("cannot write what waits", metadata: ["error": "\(error)"])
            return false
        }
    }
}
