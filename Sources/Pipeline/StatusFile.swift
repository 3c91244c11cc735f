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
    private static let pauseAfterError: Duration = .seconds(10)
    /// How often the date is looked at: somebody may set the clock.
    private static let longestPause: Duration = .seconds(60 * 60)
    private static let mostRows = 50

    /// What is known of the files, for one account each.
    private struct Written {
        var texts: [Account.ID: String] = [:]
        /// Those whose text will be wrong tomorrow.
        var dated: Set<Account.ID> = []
        var failed: Set<Account.ID> = []
    }

    private let ledger: Ledger
    private let tree: AccountTree
    private let live: LiveState
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let news: NewsOfAccounts

    public init(ledger: Ledger, tree: AccountTree, live: LiveState, logger: Logger) {
        self.init(ledger: ledger, tree: tree, live: live, logger: logger, now: { .now })
    }

    /// - Parameter now: the clock that says what is today.
    init(ledger: Ledger, tree: AccountTree, live: LiveState, logger: Logger, now: @escaping @Sendable () -> Date) {
        self.ledger = ledger
        self.tree = tree
        self.live = live
        self.logger = logger
        self.now = now
        news = NewsOfAccounts(live: live, ledger: ledger)
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var written = Written()
            await withTaskGroup { group in
                group.addTask { await news.listen() }
                var day = today
                while !Task.isCancelled {
                    await news.arrived(atMost: written.failed.isEmpty ? timeLeft(of: day) : Self.pauseAfterError)
                    if today != day {
                        day = today
                        news.note(written.dated)
                    }
                    let failed = written.failed
                    for account in news.take().union(failed) { await write(account, &written) }
                    // Ended early only by a stop.
                    try? await Task.sleep(for: Self.interval)
                }
            }
        }
        // What came last shall not be missing while nobody serves.
        var nothing = Written()
        for account in news.take() { await write(account, &nothing) }
    }

    private func write(_ id: Account.ID, _ written: inout Written) async {
        do {
            guard let account = try await ledger.accounts.account(id) else {
                written.texts[id] = nil
                written.dated.remove(id)
                written.failed.remove(id)
                return
            }
            let (text, isDated) = try await text(for: account)
            if isDated { written.dated.insert(id) } else { written.dated.remove(id) }
            guard text != written.texts[id] else {
                written.failed.remove(id)
                return
            }
            let (tree, contents) = (tree, Array((text + "\n").utf8))
            try await onBlockingThread {
                let outbox = try tree.open(.outbox, of: account.name)
                // An earlier run may have written just this: ten thousand idle accounts need not be written at each start.
                let there = try? outbox.openForReading(Self.name).readAll(limit: contents.count + 1)
                guard there != contents else { return }
                try DurableFile.replace(Self.name, with: contents, in: outbox, mode: 0o644)
            }
            written.texts[id] = text
            written.failed.remove(id)
        } catch  where !Task.isCancelled {
            // It is tried again until it works, and the journal hears of it once.
            guard written.failed.insert(id).inserted else { return }
            logger.warning("cannot write STATUS.txt", metadata: ["account": "\(id)", "error": "\(error)"])
        } catch {}
    }

    private var today: Date { Calendar.current.startOfDay(for: now()) }

    /// - Parameter day: its beginning. It may be over already: then there is nothing to wait for.
    private func timeLeft(of day: Date) -> Duration {
        let tomorrow = Calendar.current.date(byAdding: .day, value: 1, to: day) ?? .distantFuture
        return min(.seconds(max(0, tomorrow.timeIntervalSince(now()))), Self.longestPause)
    }

    /// Rounded, so that it does not change with every look.
    public static func words(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds < 60 { return "\(max(1, (seconds + 9) / 10) * 10) s" }
        return seconds < 90 * 60 ? "\((seconds + 59) / 60) min" : "\((seconds + 1800) / 3600) h"
    }

    /// - Returns: also whether it says something of today.
    func text(for account: Account) async throws -> (text: String, isDated: Bool) {
        let today = today
        let waiting = live.waiting(of: account.id)
        let activity = try await ledger.jobs.activity(of: account.id, since: today, limit: Self.mostRows)
        let counts = activity.counts
        var lines = ["Waiting: \(waiting.count)"]
        lines += waiting.prefix(Self.mostRows).map { "  \($0.drop.display): \($0.reason.explanation)" }
        if waiting.count > Self.mostRows { lines.append("  and \(waiting.count - Self.mostRows) more") }
        lines.append("Queued: \(counts[.queued, default: 0] + counts[.claiming, default: 0])")
        lines += activity.heldUp.map {
            "  \($0.drop.display): The last attempt broke off; it is tried again by itself."
        }
        lines.append("Converting: \(activity.converting.count)")
        lines += activity.converting.map { job in
            let fraction = live.progress(of: job.id)?.fraction
            let left = live.timeLeft(of: job.id).map { ", about \(Self.words($0)) left" } ?? ""
            return "  \(job.drop.display): " + (fraction.map { "\(Int($0 * 100)) %\(left)" } ?? "begun")
        }
        let (done, lost) = (counts[.published, default: 0], counts[.failed, default: 0])
        lines += ["Done today: \(done)", "Failed today: \(lost)"]
        lines += activity.failed.map { "  \($0.drop.display): \($0.failure?.message ?? "")" }
        return (text: lines.joined(separator: "\n"), isDated: done + lost > 0)
    }
}
