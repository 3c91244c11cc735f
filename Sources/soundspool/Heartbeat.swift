import Domain
import LinuxSystem
import Logging
import Pipeline
import ServiceLifecycle
import Storage
import Synchronization

/// Tells systemd that the service is ready, alive, and what it is doing; and that it stops.
struct Heartbeat: Service {
    private static let statusInterval: Duration = .seconds(5)

    /// What the ledger last said, and what it fails with now.
    private final class Words: Sendable {
        private let state = Mutex((status: "", cause: String?.none))

        var last: (status: String, cause: String?) { state.withLock { $0 } }

        func say(_ status: String) { state.withLock { $0 = (status, nil) } }

        func fail(_ cause: String) { state.withLock { $0.cause = cause } }
    }

    let ledger: Ledger
    let live: LiveState
    /// Whoever has to answer for the service to be alive, beside the ledger.
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
                await beat()
            }
        } onGracefulShutdown: {
            ServiceManager.stopping()
        }
    }

    private func beat() async {
        let asked = Doorbell()
        let words = Words()
        let counting = Pulse("ledger", wake: asked.ring)
        let interval = min(ServiceManager.watchdogInterval ?? Self.statusInterval, Self.statusInterval)
        await withTaskGroup { group in
            group.addTask { await count(whenever: asked, counting, words) }
            var silent: Set<String> = []
            while !Task.isCancelled {
                await beat(interval, [counting] + pulses, words, &silent)
                // Ended early only by a stop.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Asks the ledger when somebody wants to know whether it answers. By a loop of its own, so that one that never does
    /// is found out.
    private func count(whenever asked: Doorbell, _ pulse: Pulse, _ words: Words) async {
        var rings = 0
        while !Task.isCancelled {
            await asked.wait(past: rings, atMost: nil)
            rings = asked.rings
            do {
                let status = try await status()
                words.say(status)
                pulse.beat()
            } catch {
                words.fail("\(error)")
            }
        }
    }

    /// The sign of life is earned by an answer from the ledger and from each loop. Without it systemd ends the service
    /// and starts it anew, which loses nothing.
    private func beat(
        _ patience: Duration, _ pulses: [Pulse], _ words: Words, _ silent: inout Set<String>
    ) async {
        for pulse in pulses {
            let answers = await pulse.answers(within: patience)
            guard !Task.isCancelled else { return }
            let (status, cause) = words.last
            guard !answers else {
                silent.remove(pulse.name)
                continue
            }
            // The journal hears of it once.
            if silent.insert(pulse.name).inserted {
                logger.error(
                    "no sign of life", metadata: ["part": "\(pulse.name)", "cause": "\(cause ?? "no answer")"])
            }
            let why = cause.map { ": \($0)" } ?? ""
            return ServiceManager.status("The \(pulse.name) gives no sign of life\(why). \(status)")
        }
        ServiceManager.alive()
        ServiceManager.status(words.last.status)
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
