public import Domain
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// Sees drops arrive. inotify only says *look*; a look at the directory decides. Start, an overflowing event queue, a
/// new directory, an administrator's command and a slow timer all lead to the same scan.
///
/// LIMITS: writes through another machine's mount make no events and are found by the timer.
public actor InboxWatcher: Service {
    /// How often everything is looked at anyway.
    private static let rescanInterval: Duration = .seconds(60)
    private static let pauseAfterError: Duration = .seconds(5)
    /// Folders deeper than this are not entered: an inbox's owner can nest without end.
    private static let maximumDepth = 32

    private let ledger: Ledger
    private let spool: Spool
    private let live: LiveState
    private let jobQueued: Doorbell
    private let accountsChanged: Doorbell
    private let started: Doorbell
    private let logger: Logger
    private let intake: Intake
    private let tokenFile: TokenFile
    private let wakeFile: WakeFile
    /// Everything here is system calls that may block.
    private let executor: ThreadExecutor
    private let isStopping = Flag()
    private let wake: WakeEvent
    private let inotify: Inotify

    private var readiness: Readiness
    private var watches = WatchTable()
    private var administrationWatches: Set<Int32> = []
    private var accounts: [Account.ID: Account] = [:]
    private var changed: Set<Account.ID> = []

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - jobQueued: rung when a drop was claimed.
    ///   - accountsChanged: rung when an administrator's command changed accounts or jobs.
    ///   - started: rung after the first scan.
    public init(
        ledger: Ledger, spool: Spool, wakeFile: WakeFile, live: LiveState, settle: Arrival.SettleTimes,
        jobQueued: Doorbell, accountsChanged: Doorbell, started: Doorbell, logger: Logger
    ) throws {
        self.ledger = ledger
        self.spool = spool
        self.live = live
        self.jobQueued = jobQueued
        self.accountsChanged = accountsChanged
        self.started = started
        self.logger = logger
        self.wakeFile = wakeFile
        intake = Intake(ledger: ledger, spool: spool)
        tokenFile = TokenFile(tokens: ledger.tokens)
        readiness = Readiness(settle: settle)
        executor = try ThreadExecutor()
        wake = try WakeEvent()
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
        administrationWatches = [
            try inotify.watch(try wakeFile.directory()), try inotify.watch(try spool.tree.homes()),
        ]
        try await rescan()
        started.ring()
        var nextRescan = ContinuousClock.now + Self.rescanInterval
        while !isStopping.isRaised {
            let events = try inotify.read()
            let isAdministration = events.contains { $0.watch.map(administrationWatches.contains) ?? true }
            if isAdministration { accountsChanged.ring() }
            do {
                if isAdministration || ContinuousClock.now >= nextRescan {
                    nextRescan = .now + Self.rescanInterval
                    try await rescan()
                }
                for event in events { heed(event) }
                try await takeDue()
            } catch {
                // The ledger is full, busy or broken: the drops stay where they are and are looked at again.
                logger.error("cannot take drops", metadata: ["error": "\(error)"])
                nextRescan = min(nextRescan, .now + Self.pauseAfterError)
                try wake.wait(orReadable: nil, atMost: Self.pauseAfterError)
            }
            postWaiting()
            let next = min(readiness.nextDue ?? nextRescan, nextRescan)
            try wake.wait(orReadable: inotify.readable, atMost: next - .now)
        }
    }

    // MARK: Looking

    private func rescan() async throws {
        let all = try await ledger.accounts.all()
        accounts = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        let ids = Set(accounts.keys)
        readiness.retainAccounts(ids)
        for folder in watches.folders(notOf: ids) { unwatch(folder) }
        for account in all {
            scan(InboxFolder(account: account.id, folder: nil))
            readiness.reconsider(account.id, at: .now)
            changed.insert(account.id)
        }
    }

    /// Watches a directory and then looks at everything in it: what lands in between is seen twice, not missed.
    private func scan(_ place: InboxFolder) {
        guard place.depth <= Self.maximumDepth, let account = accounts[place.account] else { return }
        do {
            let directory = try spool.tree.open(.inbox, of: account.name).directory(place.folder?.bytes ?? [])
            watch(directory, as: place)
            var seen: Set<DropPath> = []
            try directory.forEachEntry { name in
                guard let drop = look(at: name, in: directory, place, wasRenamed: false) else { return }
                seen.insert(drop)
            }
            readiness.retain(seen, in: place.folder, of: place.account)
        } catch let error as SystemError where error.isMissing && place.folder != nil {
            unwatch(place)
            readiness.forget(folder: place.folder, of: place.account)
        } catch {
            logger.warning(
                "cannot look into an inbox",
                metadata: [
                    "account": "\(account.name)", "folder": "\(place.folder?.display ?? "")", "error": "\(error)",
                ])
        }
        changed.insert(place.account)
    }

    /// Looks at one name. Returns the drop if there is one.
    @discardableResult
    private func look(
        at name: [UInt8], in directory: borrowing BeneathDirectory, _ place: InboxFolder, wasRenamed: Bool
    ) -> DropPath? {
        guard !DropName.isIgnored(name), let drop = DropPath.path(of: name, in: place.folder) else { return nil }
        do throws(SystemError) {
            let status = try directory.status(name)
            guard status.kind != .directory else {
                scan(InboxFolder(account: place.account, folder: drop))
                return nil
            }
            if readiness.see(drop, of: place.account, status, wasRenamed: wasRenamed, at: .now) {
                logger.debug("drop seen", metadata: ["drop": "\(drop.display)"])
            }
            return drop
        } catch {
            readiness.forget(drop, of: place.account)
            return nil
        }
    }

    private func heed(_ event: Inotify.Event) {
        guard let watch = event.watch, let place = watches.folder(of: watch), let account = accounts[place.account]
        else { return }
        changed.insert(place.account)
        if event.isWatchGone {
            watches.remove(watch: watch)
        } else if event.name.isEmpty || event.isDirectory {
            scan(place)
        } else if place.folder == nil, TokenFile.isTokenFile(event.name) {
            readiness.reconsider(account.id, at: .now)
        } else {
            do throws(SystemError) {
                let directory = try spool.tree.open(.inbox, of: account.name).directory(place.folder?.bytes ?? [])
                look(at: event.name, in: directory, place, wasRenamed: event.isArrivalByRename)
            } catch {
                scan(place)
            }
        }
    }

    private func watch(_ directory: borrowing BeneathDirectory, as place: InboxFolder) {
        do throws(SystemError) {
            let watch = try inotify.watch(directory)
            if let moved = watches.set(watch, to: place) { readiness.forget(folder: moved.folder, of: moved.account) }
        } catch {
            logger.warning(
                "no events from a folder, it is looked at every minute; raise fs.inotify.max_user_watches",
                metadata: [
                    "account": "\(place.account)", "folder": "\(place.folder?.display ?? "")", "error": "\(error)",
                ])
        }
    }

    private func unwatch(_ place: InboxFolder) {
        if let watch = watches.remove(place) { inotify.unwatch(watch) }
    }

    // MARK: Taking

    private func takeDue() async throws {
        for (id, drops) in readiness.due(at: .now) {
            guard let account = try await ledger.accounts.account(id) else { continue }
            changed.insert(id)
            let inbox: BeneathDirectory
            do throws(SystemError) {
                inbox = try spool.tree.open(.inbox, of: account.name)
            } catch {
                for drop in drops {
                    readiness.keep(
                        drop, of: id, because: .trouble(error.description), retryAfter: .seconds(30), at: .now)
                }
                continue
            }
            for drop in drops where !isStopping.isRaised {
                // It may have changed without an event: on another machine, or under another name.
                if let status = try? inbox.status(drop.bytes), !readiness.isUnchanged(drop, of: id, status) {
                    readiness.see(drop, of: id, status, wasRenamed: false, at: .now)
                } else {
                    try await take(drop, of: account, from: inbox)
                }
            }
        }
    }

    private func take(_ drop: DropPath, of account: Account, from inbox: borrowing BeneathDirectory) async throws {
        let verdict = try await tokenFile.verdict(in: inbox, of: account)
        guard verdict.isAccepted else {
            return readiness.keep(drop, of: account.id, because: .token(verdict), retryAfter: nil, at: .now)
        }
        switch try await intake.take(drop, of: account, from: inbox) {
        case .claimed(let job):
            readiness.forget(drop, of: account.id)
            logger.info(
                "claimed", metadata: ["job": "\(job.id)", "account": "\(account.name)", "drop": "\(drop.display)"])
            live.post(.job(job))
            jobQueued.ring()
        case .gone: readiness.forget(drop, of: account.id)
        case .waits(let reason, let pause):
            readiness.keep(drop, of: account.id, because: reason, retryAfter: pause, at: .now)
        }
    }

    private func postWaiting() {
        for account in changed { live.post(.waiting(account, readiness.waiting(of: account))) }
        changed = []
    }
}
