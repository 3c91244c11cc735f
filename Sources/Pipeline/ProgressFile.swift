import ConversionContract
public import Domain
import FoundationEssentials
public import Logging
public import ServiceLifecycle
public import Storage

/// How far conversions are, for `soundspool status`, which runs beside the service: `progress.json` in the state directory.
/// Written at most once a second, while something is converted.
public struct ProgressFile: Service {
    /// One conversion.
    public struct Entry: Codable, Sendable, Hashable {
        /// From 0 to 1.
        public let progress: Double
        /// Nil where there is no telling yet.
        public let secondsLeft: Int?
    }

    private static let name = "progress.json"
    private static let interval: Duration = .seconds(1)

    private let live: LiveState
    private let file: LiveFile<[String: Entry]>

    /// - Parameter state: the state directory.
    public init(state: String, ledger: Ledger, live: LiveState, logger: Logger) {
        self.live = live
        file = LiveFile(
            path: Self.path(in: state), news: NewsOfAccounts(live: live, ledger: ledger), logger: logger
        ) { try JSONEncoder().encode($0) }
    }

    /// What the running service last wrote, by the jobs' numbers. Of jobs that have ended since it may say something too.
    public static func read(state: String) -> [Job.ID: Entry] {
        guard let data = try? Data(contentsOf: URL(filePath: path(in: state))),
            let entries = try? JSONDecoder().decode([String: Entry].self, from: data)
        else { return [:] }
        return Dictionary(
            entries.compactMap { key, entry in Job.ID(key).map { ($0, entry) } }, uniquingKeysWith: { $1 })
    }

    private static func path(in state: String) -> String { "\(state)/\(name)" }

    public func run() async throws {
        await cancelWhenGracefulShutdown { await file.keep(entries) { _ in Self.interval } }
    }

    private func entries() -> [String: Entry] {
        let fractions = live.fractions.map { id, fraction in
            let left = live.timeLeft(of: id).map { Int($0.components.seconds) }
            return (String(id), Entry(progress: (fraction * 1000).rounded() / 1000, secondsLeft: left))
        }
        return Dictionary(fractions, uniquingKeysWith: { $1 })
    }
}
