import ConversionContract
import Domain
import FoundationEssentials
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// Keeps `outbox/STATUS.txt` of each account true, for people who never see a command line: what waits and why, what is
/// being converted, what was done and failed today. Written whole, at most every two seconds, only on change.
public struct StatusFile: Service {
    private static let name = Array("STATUS.txt".utf8)
    private static let interval: Duration = .seconds(2)
    private static let mostRows = 50

    private let ledger: Ledger
    private let tree: AccountTree
    private let live: LiveState
    private let logger: Logger

    public init(ledger: Ledger, tree: AccountTree, live: LiveState, logger: Logger) {
        self.ledger = ledger
        self.tree = tree
        self.live = live
        self.logger = logger
    }

    public func run() async throws {
        let news = NewsOfAccounts(live: live)
        await cancelWhenGracefulShutdown {
            var written: [Account.ID: String] = [:]
            await withTaskGroup { group in
                group.addTask { await news.listen() }
                while !Task.isCancelled {
                    await news.arrived()
                    for account in news.take() { await write(account, unless: &written[account]) }
                    // Ended early only by a stop.
                    try? await Task.sleep(for: Self.interval)
                }
            }
        }
        // What came last shall not be missing while nobody serves.
        for account in news.take() {
            var nothing: String?
            await write(account, unless: &nothing)
        }
    }

    private func write(_ id: Account.ID, unless written: inout String?) async {
        do {
            guard let account = try await ledger.accounts.account(id) else { return }
            let text = try await text(for: account)
            guard text != written else { return }
            let (tree, contents) = (tree, Array((text + "\n").utf8))
            try await onBlockingThread {
                let outbox = try tree.open(.outbox, of: account.name)
                // An earlier run may have written just this: ten thousand idle accounts need not be written at each start.
                let there = try? outbox.openForReading(Self.name).readAll(limit: contents.count + 1)
                guard there != contents else { return }
                try DurableFile.replace(Self.name, with: contents, in: outbox, mode: 0o644)
            }
            written = text
        } catch  where !Task.isCancelled {
            logger.warning("cannot write STATUS.txt", metadata: ["account": "\(id)", "error": "\(error)"])
        } catch {}
    }

    /// Rounded, so that it does not change with every look.
    public static func words(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds < 60 { return "\(max(1, (seconds + 9) / 10) * 10) s" }
        return seconds < 90 * 60 ? "\((seconds + 59) / 60) min" : "\((seconds + 1800) / 3600) h"
    }

    func text(for account: Account) async throws -> String {
        let waiting = live.waiting(of: account.id)
        let converting = try await ledger.jobs.jobs(of: account.id, in: .converting, limit: Self.mostRows)
        let counts = try await ledger.jobs.counts(of: account.id, since: Calendar.current.startOfDay(for: .now))
        let failed = try await ledger.jobs.jobs(of: account.id, in: .failed, limit: Self.mostRows)
            .filter { Calendar.current.isDateInToday($0.finished ?? .distantPast) }
        var lines = ["Waiting: \(waiting.count)"]
        lines += waiting.prefix(Self.mostRows).map { "  \($0.drop.display): \($0.reason.explanation)" }
        if waiting.count > Self.mostRows { lines.append("  and \(waiting.count - Self.mostRows) more") }
        lines.append("Queued: \(counts[.queued, default: 0] + counts[.claiming, default: 0])")
        lines += try await ledger.jobs.heldUp(of: account.id, limit: Self.mostRows).map {
            "  \($0.drop.display): The last attempt broke off; it is tried again by itself."
        }
        lines.append("Converting: \(converting.count)")
        lines += converting.map { job in
            let fraction = live.progress(of: job.id)?.fraction
            let left = live.timeLeft(of: job.id).map { ", about \(Self.words($0)) left" } ?? ""
            return "  \(job.drop.display): " + (fraction.map { "\(Int($0 * 100)) %\(left)" } ?? "begun")
        }
        lines.append("Done today: \(counts[.published, default: 0])")
        lines.append("Failed today: \(counts[.failed, default: 0])")
        lines += failed.map { "  \($0.drop.display): \($0.failure?.message ?? "")" }
        return lines.joined(separator: "\n")
    }
}
