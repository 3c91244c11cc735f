public import Domain
import FoundationEssentials
public import Logging
public import ServiceLifecycle
public import Storage

/// What waits in inboxes and why, for commands that run beside the service and cannot know it: `waiting.json` in the state
/// directory. A long list is written only now and then.
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

    private let live: LiveState
    private let file: LiveFile<[Account.ID: [WaitingDrop]]>

    /// - Parameter state: the state directory.
    public init(state: String, ledger: Ledger, live: LiveState, logger: Logger) {
        self.live = live
        file = LiveFile(
            path: Self.path(in: state), news: NewsOfAccounts(live: live, ledger: ledger), logger: logger
        ) { waiting in
            try JSONEncoder().encode(waiting.sorted { $0.key < $1.key }.flatMap { $0.value.map(Entry.init) })
        }
    }

    /// What the running service last wrote; nil where it has written nothing yet.
    public static func read(state: String) -> [Entry]? {
        guard let data = try? Data(contentsOf: URL(filePath: path(in: state))) else { return nil }
        return try? JSONDecoder().decode([Entry].self, from: data)
    }

    private static func path(in state: String) -> String { "\(state)/\(name)" }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await file.keep {
                live.waitingByAccount
            } pause: { waiting in
                let count = waiting.values.reduce(0) { $0 + $1.count }
                return count > Self.many ? Self.intervalForMany : Self.interval
            }
        }
    }
}
