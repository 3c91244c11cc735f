import Domain
import FoundationEssentials
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// Tries again to move originals out of the spool whose job has ended: their folder was full, broken or in the way.
public struct SpoolSweeper: Service {
    private let recovery: SpoolRecovery
    private let interval: Duration
    private let logger: Logger

    /// - Parameter interval: how long an ended job's original is left to whoever ended it, and the time between tries.
    public init(ledger: Ledger, spool: Spool, interval: Duration = .seconds(60), logger: Logger) {
        recovery = SpoolRecovery(ledger: ledger, spool: spool)
        self.interval = interval
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Ended early only by a stop.
                try? await Task.sleep(for: interval)
                guard !Task.isCancelled else { return }
                do {
                    let findings = try await recovery.archiveEnded(before: .now - interval / .seconds(1))
                    for job in findings.archived {
                        logger.info("original moved out of the spool", metadata: ["job": "\(job)"])
                    }
                    for (job, cause) in findings.unarchived {
                        logger.warning(
                            "an original stays in the spool", metadata: ["job": "\(job)", "cause": "\(cause)"])
                    }
                } catch  where !Task.isCancelled {
                    logger.warning("cannot look through the spool", metadata: ["error": "\(error)"])
                } catch {}
            }
        }
    }
}
