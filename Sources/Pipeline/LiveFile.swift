import FoundationEssentials
import LinuxSystem
import Logging

/// A file in the state directory that tells commands beside the service what only the service knows. Written whole, when it
/// has changed, and not before there is news; worth something while the service runs.
struct LiveFile<Truth: Equatable & Sendable>: Sendable {
    private let path: String
    private let news: NewsOfAccounts
    private let logger: Logger
    private let bytes: @Sendable (Truth) throws -> Data

    /// - Parameter bytes: what stands in the file.
    init(
        path: String, news: NewsOfAccounts, logger: Logger, bytes: @escaping @Sendable (Truth) throws -> Data
    ) {
        self.path = path
        self.news = news
        self.logger = logger
        self.bytes = bytes
    }

    /// Keeps the file true until the task is cancelled.
    /// - Parameters:
    ///   - now: what is true now.
    ///   - pause: how long it is left as it is after each look.
    func keep(_ now: () -> Truth, pause: (Truth) -> Duration) async {
        let path = path
        // What an earlier run left is true no more.
        try? await onBlockingThread { try FileManager.default.removeItem(atPath: path) }
        var written: Truth?
        var isOwing = false
        await withTaskGroup { group in
            group.addTask { await news.listen() }
            while !Task.isCancelled {
                await news.arrived(atMost: isOwing ? .seconds(10) : nil)
                guard !Task.isCancelled else { break }
                _ = news.take()
                let truth = now()
                if truth != written {
                    isOwing = await !write(truth)
                    if !isOwing { written = truth }
                }
                // Ended early only by a stop.
                try? await Task.sleep(for: pause(truth))
            }
        }
    }

    /// Returns whether it was written.
    private func write(_ truth: Truth) async -> Bool {
        do {
            let (path, bytes) = (path, bytes)
            try await onBlockingThread { try bytes(truth).write(to: URL(filePath: path), options: .atomic) }
            return true
        } catch {
            logger.debug("cannot write what only the service knows", metadata: ["error": "\(error)"])
            return false
        }
    }
}
