import Domain
import LinuxSystem
import Logging
import Pipeline
import ServiceLifecycle
import Storage

/// Tells systemd that the service is ready, alive, and what it is doing; and that it stops.
struct Heartbeat: Service {
    private static let statusInterval: Duration = .seconds(5)

    let ledger: Ledger
    let live: LiveState
    /// Whoever has to answer for the service to be alive.
    let pulses: [Pulse]
    /// Rung by every part once it has started.
    let started: Doorbell
    let parts: Int
    let logger: Logger

    func run() async throws {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await started.waitUntilRung(parts)
                guard !Task.isCancelled else { return }
                ServiceManager.ready()
                let interval = min(ServiceManager.watchdogInterval ?? Self.statusInterval, Self.statusInterval)
                while !Task.isCancelled {
                    await beat(interval)
                    // Ended early only by a stop.
                    try? await Task.sleep(for: interval)
                }
            }
        } onGracefulShutdown: {
            ServiceManager.stopping()
        }
    }

    /// The sign of life is earned by an answer from the ledger and from each loop. Without it systemd ends the service
    /// and starts it anew, which loses nothing.
    private func beat(_ patience: Duration) async {
        guard let status = try? await status() else { return }
        for pulse in pulses where !(await pulse.answers(within: patience)) {
            guard !Task.isCancelled else { return }
            logger.error("no sign of life", metadata: ["part": "\(pulse.name)"])
            return ServiceManager.status("The \(pulse.name) gives no sign of life. \(status)")
        }
        ServiceManager.alive()
        ServiceManager.status(status)
    }

    private func status() async throws -> String {
        let counts = try await ledger.jobs.counts()
        let queued = counts[.queued, default: 0] + counts[.claiming, default: 0]
        let waiting = live.waiting
        return "\(waiting.count) waiting, \(queued) queued, \(counts[.converting, default: 0]) converting, "
            + "\(counts[.published, default: 0]) published, \(counts[.failed, default: 0]) failed"
            + (Self.trouble(of: waiting).map { "; drops cannot be taken: \($0)" } ?? "")
    }

    /// What keeps drops where they are although nothing is wrong with them.
    private static func trouble(of waiting: [WaitingDrop]) -> String? {
        for drop in waiting { if case .trouble(let cause) = drop.reason { return cause } }
        return nil
    }
}
