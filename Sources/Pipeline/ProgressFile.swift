import ConversionContract
public import Domain
import FoundationEssentials
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// How far conversions are, for `soundspool status`, which runs beside the service: `progress.json` in the state directory.
/// Written whole, at most once a second, while something is converted; only the last is worth anything.
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
        await cancelWhenGracefulShutdown {
            var written: [String: Entry] = [:]
            // What an earlier run left is true no more.
            await write([:])
            await withTaskGroup { group in
                group.addTask { await news.listen() }
                while !Task.isCancelled {
                    await news.arrived()
                    _ = news.take()
                    let entries = entries()
                    if entries != written { await write(entries) }
                    written = entries
                    // Ended early only by a stop.
                    try? await Task.sleep(for: Self.interval)
                }
            }
        }
    }

    private func entries() -> [String: Entry] {
        let fractions = live.fractions.map { id, fraction in
            let left = live.timeLeft(of: id).map { Int($0.components.seconds) }
            return (String(id), Entry(progress: (fraction * 1000).rounded() / 1000, secondsLeft: left))
        }
        return Dictionary(fractions, uniquingKeysWith: { $1 })
    }

    private func write(_ entries: [String: Entry]) async {
        do {
            let (path, data) = (path, try JSONEncoder().encode(entries))
            try await onBlockingThread { try data.write(to: URL(filePath: path), options: .atomic) }
        } catch {
            logger.debug("cannot write how far conversions are", metadata: ["error": "\(error)"])
        }
    }
}
