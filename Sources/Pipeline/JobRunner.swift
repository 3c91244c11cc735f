import ConversionContract
import Domain
import FoundationEssentials
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// Converts queued jobs, several at a time, and ends each with an MP3 or a reason.
///
/// A stop leaves the row *converting*, as a crash does, and recovery queues it again: at the end of a stop in good order
/// (`SpoolRecovery.endStopped`), or at the next start.
public struct JobRunner: Service {
    /// Conversions begun before a job that never ends well is given up.
    private static let maximumAttempts = 8
    /// Ends of the service during a job's conversion before it is taken for their cause. Machines that lose their power
    /// now and then must not fail a good video.
    private static let maximumInterruptions = 50

    /// An attempt that broke off although nothing is wrong with the drop.
    private struct Setback: Error {
        let words: String
        var isMisconfigured = false
        let cause: JobLedger.Break

        init(_ words: String, isMisconfigured: Bool = false, cause: JobLedger.Break) {
            self.words = words
            self.isMisconfigured = isMisconfigured
            self.cause = cause
        }

        init(_ error: any Error) {
            self.init("\(error)", cause: Trouble.isOfStorage(error) || error is CancellationError ? .held : .failed)
        }

        init(_ excuse: Doubt.Confirmed) {
            self.init(excuse.cause, isMisconfigured: !excuse.isOfStorage, cause: .held)
        }
    }

    private let ledger: Ledger
    private let spool: Spool
    private let converters: ConverterPool
    private let live: LiveState
    private let workers: Int
    private let jobQueued: Doorbell
    private let letterQueued: Doorbell
    private let accountsChanged: Doorbell
    private let logger: Logger
    private let publisher: Publisher
    private let recovery: SpoolRecovery
    private let dropReturn: DropReturn
    private let doubt: Doubt
    private let running = RunningJobs()
    /// A loop for each worker. One that converts is excused: `ConversionWatch` holds it to its bounds.
    public let pulse: Pulse

    /// - Parameters:
    ///   - workers: how many conversions run at a time.
    ///   - jobQueued: rung when there is a job to take.
    ///   - letterQueued: rung when a job has ended.
    ///   - accountsChanged: rung when jobs may have been cancelled or queued again by a command.
    public init(
        ledger: Ledger, spool: Spool, converters: ConverterPool, live: LiveState, workers: Int, jobQueued: Doorbell,
        letterQueued: Doorbell, accountsChanged: Doorbell, logger: Logger
    ) {
        self.ledger = ledger
        self.spool = spool
        self.converters = converters
        self.live = live
        self.workers = workers
        self.jobQueued = jobQueued
        self.letterQueued = letterQueued
        self.accountsChanged = accountsChanged
        self.logger = logger
        publisher = Publisher(ledger: ledger, spool: spool)
        recovery = SpoolRecovery(ledger: ledger, spool: spool)
        dropReturn = DropReturn(ledger: ledger, spool: spool)
        doubt = Doubt(converters: converters, spool: spool)
        pulse = Pulse("conversion queue", loops: workers, wake: jobQueued.ring)
    }

    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                for worker in 0..<workers { group.addTask { try await work(worker) } }
                group.addTask { await stopCancelled() }
                group.addTask { await converters.tend() }
            }
        }
    }

    /// Stops the conversions whose jobs were cancelled or removed meanwhile, and looks for jobs that were queued again.
    private func stopCancelled() async {
        while !Task.isCancelled {
            let rings = accountsChanged.rings
            jobQueued.ring()
            do {
                for id in running.ids where try await ledger.jobs.job(id)?.state != .converting { running.cancel(id) }
            } catch  where !Task.isCancelled {
                logger.error("cannot read which jobs were cancelled", metadata: ["error": "\(error)"])
            } catch {}
            await accountsChanged.wait(past: rings, atMost: nil)
        }
    }

    private func work(_ worker: Int) async throws {
        while !Task.isCancelled {
            pulse.beat(worker)
            let rings = jobQueued.rings
            do {
                if let job = try await ledger.jobs.takeNext() {
                    await process(job, worker)
                } else {
                    let retry = try await ledger.jobs.nextRetry()
                    await jobQueued.wait(past: rings, atMost: retry.map { .seconds(max(0, $0.timeIntervalSinceNow)) })
                }
            } catch  where !Task.isCancelled {
                logger.error("cannot read the queue", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(5))
            } catch {}
        }
    }

    private func process(_ job: Job, _ worker: Int) async {
        var logger = logger
        logger[metadataKey: "job"] = "\(job.id)"
        live.post(.job(job))
        do {
            try await running.run(job.id) { [logger] in try await attempt(job, worker, logger) }
        } catch  where !Task.isCancelled {
            let setback = error as? Setback ?? (error as? Doubt.Confirmed).map(Setback.init) ?? Setback(error)
            let isCancelled = error is CancellationError
            if let account = try? await ledger.accounts.account(job.account) {
                logger[metadataKey: "account"] = "\(account.name)"
            }
            logger.log(
                level: setback.isMisconfigured ? .critical : isCancelled ? .info : .warning,
                isCancelled ? "conversion stopped" : "attempt broke off",
                metadata: ["state": isCancelled ? "cancelled" : "queued", "cause": "\(setback.words)"])
            let pause =
                setback.isMisconfigured
                ? AttemptPause.misconfigured
                : AttemptPause.seconds(after: job.attempts + job.setbacks, setback.cause)
            let retry = SpoolRecovery.Retry(
                notBefore: .now + pause, setback: isCancelled ? nil : setback.words, after: setback.cause)
            await breakOff(job, worker, retry, logger)
        } catch {}
    }

    private func attempt(_ job: Job, _ worker: Int, _ logger: Logger) async throws {
        // A command may have cancelled it before it could be reached.
        guard try await ledger.jobs.job(job.id)?.state == .converting,
            let account = try await ledger.accounts.account(job.account)
        else { throw CancellationError() }
        if let failure = Self.giveUp(job) { return try await fail(job, of: account, failure, logger) }
        let logger = {
            var named = logger
            named[metadataKey: "account"] = "\(account.name)"
            return named
        }()
        logger.info(
            "converting",
            metadata: [
                "state": "converting", "drop": "\(job.drop.display)", "preset": "\(job.preset.rawValue)",
            ])
        let (live, spool) = (live, spool)
        let (sourceRaw, audioRaw) = try await onBlockingThread {
            let source = try spool.openSource(job.id)
            let audio = try spool.makeAudio(job.id)
            return (source.release(), audio.release())
        }
        let source = Descriptor(owning: sourceRaw)
        let audio = Descriptor(owning: audioRaw)
        var request = converters.orders
        request.preset = job.preset
        let word = try await pulse.excused(worker) {
            try await converters.convert(request, source: source, audio: audio, of: account.id) {
                live.post(.progress(job.id, $0))
            }
        }
        let ending = try await examined(word, of: job, worker)
        let isPartMissing = source.hasHole(size: try source.status().size)
        switch Verdict(ending, audioSize: try audio.status().size, crashes: job.crashes) {
        case .converted(let duration, let waveform):
            try await note(ending, of: job, logger)
            let published = try await publisher.publish(
                job, of: account, audio: audio, duration: duration, waveform: waveform)
            logger.info(
                "published",
                metadata: ["state": "published", "output": "\(published.output?.display ?? "")"])
            live.post(.job(published))
            letterQueued.ring()
        case .incomplete(let failure): try await waitForEnd(job, of: account, failure, logger)
        case .permanent(let failure) where isPartMissing && failure.mayBeForMissingParts:
            try await waitForEnd(job, of: account, failure, logger)
        case .permanent(let failure): try await fail(job, of: account, failure, logger)
        case .temporary(let words): throw Setback(words, cause: ending.cause)
        }
    }

    /// The ending, or a crash where its excuse does not hold.
    private func examined(
        _ ending: ConverterProcess.Ending, of job: Job, _ worker: Int
    ) async throws -> ConverterProcess.Ending {
        guard let excuse = ending.excuse else { return ending }
        try await pulse.excused(worker) { try await doubt.examine(job) }
        return .crashed("it says that nothing is wrong with the video, and all else is well: \(excuse)")
    }

    /// Writes down what the job's owner should know of the MP3.
    private func note(_ ending: ConverterProcess.Ending, of job: Job, _ logger: Logger) async throws {
        guard case .exited(_, let report) = ending else { return }
        if let report, let note = report.note {
            logger.notice("damaged", metadata: ["packets": "\(report.damagedPackets)", "message": "\(note)"])
        }
        // An attempt that broke off may have left one.
        if report?.note != job.note { try await ledger.jobs.setNote(report?.note, of: job.id) }
    }

    private func waitForEnd(
        _ job: Job, of account: Account, _ failure: JobFailure, _ logger: Logger
    ) async throws {
        guard try await dropReturn.giveBack(job, to: account) else {
            return try await fail(job, of: account, failure, logger)
        }
        logger.notice(
            "incomplete, back in its inbox", metadata: ["state": "incomplete", "message": "\(failure.message)"])
        live.post(.returned(job))
    }

    private static func giveUp(_ job: Job) -> JobFailure? {
        let cause: String? =
            if job.attempts > maximumAttempts {
                "The video could not be converted in \(job.attempts - 1) attempts."
            } else if job.interruptions >= maximumInterruptions {
                "The service came to an end \(job.interruptions) times while it converted the video."
            } else {
                nil
            }
        return cause.map { JobFailure(reason: "internal", message: $0 + " Ask the administrator.") }
    }

    private func fail(_ job: Job, of account: Account, _ failure: JobFailure, _ logger: Logger) async throws {
        let failed = try await ledger.jobs.fail(job.id, failure)
        logger.notice(
            "failed",
            metadata: ["state": "failed", "reason": "\(failure.reason)", "message": "\(failure.message)"])
        let spool = spool
        try await onBlockingThread {
            try spool.discardAudio(failed.id)
            try spool.archiveFailed(failed, of: account.name)
        }
        live.post(.job(failed))
        // Not before: the letter says where the original lies.
        letterQueued.ring()
    }

    /// Brings a job whose attempt broke off back to a state that its row tells truly, however long the ledger or the
    /// file system refuse.
    private func breakOff(_ job: Job, _ worker: Int, _ retry: SpoolRecovery.Retry, _ logger: Logger) async {
        while !Task.isCancelled {
            pulse.beat(worker)
            do {
                live.post(try await recovery.breakOff(job.id, retry).map { .job($0) } ?? .returned(job))
                // Whoever waits for work has to wait for this one too now, and it may have been published after all.
                jobQueued.ring()
                return letterQueued.ring()
            } catch let failure as SpoolRecovery.ArchiveFailure {
                logger.error("the original stays in the spool for now", metadata: ["cause": "\(failure)"])
                live.post(.job(failure.job))
                return letterQueued.ring()
            } catch {
                logger.error("cannot write a broken-off job down", metadata: ["error": "\(error)"])
                // Ended early only by a stop, after which recovery does the same.
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }
}
