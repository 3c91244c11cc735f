public import Domain
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// Sees drops arrive. inotify only says *look*; a look at the directory decides. Start, an overflowing event queue, a
/// new directory, an administrator's command and a slow timer all lead to the same scan.
///
/// Where events do not come, on network file systems or for want of watches, a faster timer looks instead.
public actor InboxWatcher: Service {
    private static let pauseAfterError: Duration = .seconds(5)
    /// An inbox where more waits than this is told of only now and then: the list is made anew each time.
    private static let manyWaiting = 1000
    private static let pauseBetweenLongNews: Duration = .seconds(2)

    let ledger: Ledger
    let spool: Spool
    let live: LiveState
    let jobQueued: Doorbell
    let letterQueued: Doorbell
    private let accountsChanged: Doorbell
    private let lettersAsked: Doorbell
    private let started: Doorbell
    let logger: Logger
    let intake: Intake
    let tokenFile: TokenFile
    private let wakeFile: WakeFile
    /// Everything here is system calls that may block.
    private let executor: ThreadExecutor
    let isStopping = Flag()
    private let wake: WakeEvent
    /// Beats at each turn, each directory and each batch of drops.
    public nonisolated let pulse: Pulse
    let inotify: Inotify

    var readiness: Readiness
    var watches = WatchTable()
    var silence = SilentFolders()
    /// Folders in inboxes that could not be looked into for want of permission.
    var closedFolders: Set<InboxFolder> = []
    private var administrationWatches: Set<Int32> = []
    var accounts: [Account.ID: Account] = [:]
    var changed: Set<Account.ID> = []
    /// Whether claims may have been left half done, because the ledger or the spool failed.
    var isUnsettled = false
    let recovery: SpoolRecovery
    /// Accounts whose inbox was last told to be empty; saying it again each minute would cost every idle one something.
    private var toldEmpty: Set<Account.ID> = []
    private var longNews: ContinuousClock.Instant?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - jobQueued: rung when a drop was claimed.
    ///   - letterQueued: rung when a claim has failed.
    ///   - accountsChanged: rung when an administrator's command changed accounts or jobs.
    ///   - lettersAsked: rung when an administrator's command asked for letters to be tried now.
    ///   - started: rung after the first scan.
    public init(
        ledger: Ledger, spool: Spool, wakeFile: WakeFile, live: LiveState, settle: Arrival.SettleTimes,
        jobQueued: Doorbell, letterQueued: Doorbell, accountsChanged: Doorbell, lettersAsked: Doorbell,
        started: Doorbell, logger: Logger
    ) throws {
        self.ledger = ledger
        self.spool = spool
        self.live = live
        self.jobQueued = jobQueued
        self.letterQueued = letterQueued
        self.accountsChanged = accountsChanged
        self.lettersAsked = lettersAsked
        self.started = started
        self.logger = logger
        self.wakeFile = wakeFile
        intake = Intake(ledger: ledger, spool: spool)
        recovery = SpoolRecovery(ledger: ledger, spool: spool)
        tokenFile = TokenFile(tokens: ledger.tokens)
        readiness = Readiness(settle: settle)
        executor = try ThreadExecutor()
        let wake = try WakeEvent()
        self.wake = wake
        pulse = Pulse("scanner", wake: wake.signal)
        inotify = try Inotify()
    }

    public func run() async throws {
        let (wake, isStopping) = (wake, isStopping)
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await watch()
        } onCancelOrGracefulShutdown: {
            isStopping.raise()
            wake.signal()
        }
    }

    /// Looks at everything now.
    public nonisolated func look() { wake.signal() }

    private func watch() async throws {
        try watchAdministration()
        try await rescan()
        started.ring()
        // Everything, whatever events said; and the folders that send none.
        var (rescan, poll) = (Round(each: .seconds(60), resting: 50), Round(each: .seconds(10), resting: 10))
        while !isStopping.isRaised {
            pulse.beat()
            let events = try inotify.read()
            let commands = events.filter { $0.watch.map(administrationWatches.contains) ?? true }
            let isAdministration = !commands.isEmpty
            if isAdministration { accountsChanged.ring() }
            if commands.contains(where: { $0.watch == nil || $0.name == WakeFile.Subject.letters.name }) {
                lettersAsked.ring()
            }
            if events.contains(where: { $0.watch == nil }) {
                logger.info("more came at once than the kernel's queue of events holds; everything is looked at")
            }
            do {
                if isAdministration || rescan.isDue {
                    rescan.begin()
                    try await self.rescan()
                    rescan.end()
                }
                if poll.isDue {
                    poll.begin()
                    self.poll()
                    poll.end()
                }
                heed(events)
                try await takeDue()
                lookIntoRoomy()
                try await tellOfSilence()
            } catch {
                // The ledger is full, busy or broken: the drops stay where they are and are looked at again.
                logger.error("cannot take drops", metadata: ["error": "\(error)"])
                rescan.hasten(to: .now + Self.pauseAfterError)
                try wake.wait(orReadable: nil, atMost: Self.pauseAfterError)
            }
            let isLate = postWaiting()
            var next = min(readiness.nextDue ?? rescan.due, rescan.due)
            if !silence.folders.isEmpty { next = min(next, poll.due) }
            if isLate { next = min(next, .now + Self.pauseBetweenLongNews) }
            try wake.wait(orReadable: inotify.readable, atMost: next - .now)
        }
    }

    private func watchAdministration() throws {
        do throws(SystemError) {
            administrationWatches = [
                try inotify.watch(try wakeFile.directory()), try inotify.watch(try spool.tree.homes()),
            ]
        } catch {
            guard error.isOutOfWatches else { throw error }
            logger.warning("the administrator's commands are heeded late", metadata: ["cause": "\(Self.advice)"])
        }
    }

    static let advice =
        "no inotify watches are left; raise fs.inotify.max_user_watches (and user.max_inotify_watches) with sysctl"

    /// Returns whether there is news that was held back.
    private func postWaiting() -> Bool {
        var late: Set<Account.ID> = []
        for account in changed {
            if readiness.count(of: account) > Self.manyWaiting {
                if let longNews, .now - longNews < Self.pauseBetweenLongNews {
                    late.insert(account)
                    continue
                }
                longNews = .now
            }
            let waiting = readiness.waiting(of: account) + closed(of: account)
            if !waiting.isEmpty {
                toldEmpty.remove(account)
            } else if !toldEmpty.insert(account).inserted {
                continue
            }
            live.post(.waiting(account, waiting))
        }
        changed = late
        return !late.isEmpty
    }

    private func closed(of account: Account.ID) -> [WaitingDrop] {
        closedFolders.compactMap { place in
            guard place.account == account, let folder = place.folder else { return nil }
            return WaitingDrop(account: account, drop: folder, reason: .unreadableFolder)
        }.sorted { $0.drop < $1.drop }
    }

    /// Writes down which inboxes are polled, for `soundspool status`, when that has changed.
    private func tellOfSilence() async throws {
        guard silence.hasNews else { return }
        try await ledger.polledInboxes.replace(with: silence.causes)
        silence.hasNews = false
    }
}
