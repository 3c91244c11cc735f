import Domain
import FoundationEssentials
import Glibc
import LinuxSystem
import Logging
import Pipeline
import ServiceLifecycle
import Storage
import UnixSignals
import Web

/// The composition root: puts the service together and runs it, top to bottom.
struct Serve {
    let settings: Settings
    let logger: Logger
    let live = LiveState()
    /// Told the port that the web page listens on.
    var onListening: @Sendable (Int) -> Void = { _ in }
    /// The file that SIGHUP has looked at again; nil for the standard one.
    var configurationFile: String?
    /// Runs beside the services; when it returns, all stop.
    var guest: (any Service)?

    func run() async throws {
        // Until `Reloading` takes it there is nothing yet to look at again; it would end the service.
        signal(SIGHUP, SIG_IGN)
        try settings.requireSecrets()
        try settings.requireCertificate()
        let lock = try prepareDirectories()
        let converters = try ConverterPool(settings.convert, capacity: settings.convert.jobs)
        SandboxNotice(level: settings.convert.sandbox).log(to: logger)
        let ledger = try openLedger()
        let tree = AccountTree(root: settings.root)
        let spool = Spool(tree: tree)
        try await recover(ledger, spool)
        let keeper = AccountKeeper(ledger: ledger, tree: tree, wakeFile: WakeFile(state: settings.state))
        for (name, cause) in try await keeper.finishRemovals() {
            logger.error(
                "directories of a removed account are still there",
                metadata: ["account": "\(name)", "cause": "\(cause)"])
        }

        let (jobQueued, letterQueued) = (Doorbell(), Doorbell())
        let (accountsChanged, lettersAsked, started) = (Doorbell(), Doorbell(), Doorbell())
        let signingKey = try SigningKey.readOrMake(in: settings.state)
        let outbox = Outbox(
            ledger: ledger, tree: tree, live: live, delivery: letterDelivery(signingKey: signingKey),
            letterQueued: letterQueued, lettersAsked: lettersAsked, logger: logger)
        let runner = JobRunner(
            ledger: ledger, spool: spool, converters: converters, live: live, workers: settings.convert.jobs,
            jobQueued: jobQueued, letterQueued: letterQueued, accountsChanged: accountsChanged, logger: logger)
        let sweeper = DoneSweeper(ledger: ledger, tree: tree, keep: settings.keepOriginals, logger: logger)
        let spoolSweeper = SpoolSweeper(ledger: ledger, spool: spool, logger: logger)
        let reminder = IncompleteReminder(
            ledger: ledger, tree: tree, patience: settings.incompleteAfter, letterQueued: letterQueued, logger: logger)
        let statusFile = StatusFile(ledger: ledger, tree: tree, live: live, logger: logger)
        let watcher = try InboxWatcher(
            ledger: ledger, spool: spool, wakeFile: WakeFile(state: settings.state), live: live,
            settle: settings.settle, jobQueued: jobQueued, letterQueued: letterQueued, accountsChanged: accountsChanged,
            lettersAsked: lettersAsked, started: started, logger: logger)
        let host = settings.http.host
        let web = try await WebServer(
            settings: try WebSettings(settings), ledger: ledger, spool: spool, keeper: keeper, live: live,
            signingKey: signingKey, logger: logger, checkConverter: { try await converters.check(in: spool) },
            onQueued: { jobQueued.ring() }, onCancelled: { accountsChanged.ring() },
            onLetter: { letterQueued.ring() },
            onListening: { [onListening, logger] port in
                logger.info("listening", metadata: ["host": "\(host)", "port": "\(port)"])
                onListening(port)
                started.ring()
            },
            listeners: ListeningSockets.take())
        let reloading = Reloading(
            wakeFile: WakeFile(state: settings.state), lettersAsked: lettersAsked, configuration: configurationFile,
            started: started, logger: logger)
        let heartbeat = Heartbeat(
            ledger: ledger, live: live, pulses: [watcher.pulse, runner.pulse], started: started, parts: 3,
            logger: logger)

        // Inner first: a stop goes the other way, so that the doors close before the room is emptied.
        var services: [any Service] = [
            statusFile, ProgressFile(state: settings.state, ledger: ledger, live: live, logger: logger),
            WaitingFile(state: settings.state, ledger: ledger, live: live, logger: logger), outbox, runner, sweeper,
            spoolSweeper, reminder, watcher, web, heartbeat, reloading,
        ]
        if let guest { services.append(guest) }
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // A slow download would hold the stop as long as it likes.
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        logger.info("serving", metadata: ["root": "\(settings.root)", "state": "\(settings.state)"])
        try await group.run()
        do {
            try await SpoolRecovery(ledger: ledger, spool: spool).endStopped()
        } catch {
            // The next start does the same, and takes the stop for a crash.
            logger.warning("cannot queue what was being converted", metadata: ["error": "\(error)"])
        }
        logger.info("stopped")
        withExtendedLifetime(lock) {}
    }

    /// Makes what is missing, and sees that nobody else serves from here.
    private func prepareDirectories() throws -> ExclusiveLock {
        do {
            for path in [settings.root, settings.state, mailDirectory].compactMap({ $0 }) {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            try AccountTree(root: settings.root).prepare()
            guard let lock = try ExclusiveLock(path: settings.lock) else {
                throw CommandFailure("another soundspool is serving from \(settings.state)", status: EX_TEMPFAIL)
            }
            return lock
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.misconfigured("cannot use root and state directories: \(error)")
        }
    }

    private var mailDirectory: String? {
        if case .directory(let path) = settings.mail.destination { path } else { nil }
    }

    private func openLedger() throws -> Ledger {
        do {
            return try Ledger(state: settings.state, letters: settings.mail.policy)
        } catch LedgerError.newerSchema {
            throw CommandFailure.misconfigured("\(LedgerError.newerSchema)")
        }
    }

    /// Finishes or undoes what an earlier run left half done.
    private func recover(_ ledger: Ledger, _ spool: Spool) async throws {
        let findings = try await SpoolRecovery(ledger: ledger, spool: spool).run()
        if !findings.isEmpty {
            logger.notice(
                "recovered from an earlier stop",
                metadata: [
                    "queued-again": "\(findings.queuedAgain)", "found-published": "\(findings.foundPublished)",
                    "dropped-claims": "\(findings.droppedClaims)", "found-returned": "\(findings.foundReturned)",
                    "archived": "\(findings.archived)",
                ])
        }
        for (job, cause) in findings.unarchived {
            logger.error("an original stays in the spool", metadata: ["job": "\(job)", "cause": "\(cause)"])
        }
        for (job, cause) in findings.unrecovered {
            logger.error("a job cannot be recovered", metadata: ["job": "\(job)", "cause": "\(cause)"])
        }
        for stranger in findings.strangers {
            logger.warning("a file in the spool belongs to no job and is left there", metadata: ["file": "\(stranger)"])
        }
    }
}
