import ConversionContract
import Domain
import FoundationEssentials
import LinuxSystem
public import Logging
public import ServiceLifecycle
public import Storage

/// Converts queued jobs, several at a time, and ends each with an MP3 or a reason.
///
/// A stop leaves the row *converting*, as a crash does, and recovery queues it again: one way for both.
public struct JobRunner: Service {
    /// Conversions begun before a job that never ends well is given up.
    private static let maximumAttempts = 8

    /// An attempt that broke off although nothing is wrong with the drop.
    private struct Setback: Error {
        let cause: String
        var isMisconfigured = false
        /// Whether it says nothing of the drop, however often it happens.
        var isStorageTrouble = false
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
            let setback = error as? Setback ?? Setback(cause: "\(error)", isStorageTrouble: Trouble.isOfStorage(error))
            let isCancelled = error is CancellationError
            if let account = try? await ledger.accounts.account(job.account) {
                logger[metadataKey: "account"] = "\(account.name)"
            }
            logger.log(
                level: setback.isMisconfigured ? .critical : isCancelled ? .info : .warning,
                isCancelled ? "conversion stopped" : "attempt broke off",
                metadata: ["state": isCancelled ? "cancelled" : "queued", "cause": "\(setback.cause)"])
            // The longer it lasts the rarer the tries: each converts anew.
            let pause =
                setback.isMisconfigured
                ? 60 : min((setback.isStorageTrouble ? 5 : 1) << min(job.attempts + job.setbacks, 10), 300)
            let retry = SpoolRecovery.Retry(
                notBefore: .now + Double(pause), setback: isCancelled ? nil : setback.cause,
                counts: !setback.isStorageTrouble && !setback.isMisconfigured)
            await breakOff(job, worker, retry, logger)
        } catch {}
    }

    private func attempt(_ job: Job, _ worker: Int, _ logger: Logger) async throws {
        // A command may have cancelled it before it could be reached.
        guard try await ledger.jobs.job(job.id)?.state == .converting,
            let account = try await ledger.accounts.account(job.account)
        else { throw CancellationError() }
        guard job.attempts <= Self.maximumAttempts else {
            let message = "The video could not be converted in \(job.attempts - 1) attempts. Ask the administrator."
            return try await fail(job, of: account, JobFailure(reason: "internal", message: message), logger)
        }
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
        let ending = try await pulse.excused(worker) {
            try await converters.convert(request, source: source, audio: audio, of: account.id) {
                live.post(.progress(job.id, $0))
            }
        }
        switch Verdict(ending, audioSize: try audio.status().size, attempt: job.attempts) {
        case .converted(let duration):
            let published = try await publisher.publish(job, of: account, audio: audio, duration: duration)
            logger.info(
                "published",
                metadata: ["state": "published", "output": "\(published.output?.display ?? "")"])
            live.post(.job(published))
            letterQueued.ring()
        case .incomplete(let failure):
            if try await dropReturn.giveBack(job, to: account) {
                logger.notice(
                    "incomplete, back in its inbox",
                    metadata: ["state": "incomplete", "message": "\(failure.message)"])
                return live.post(.returned(job))
            }
            try await fail(job, of: account, failure, logger)
        case .permanent(let failure): try await fail(job, of: account, failure, logger)
        case .temporary(let cause): throw Setback(cause: cause, isStorageTrouble: ending.isStorageTrouble)
        case .misconfigured(let cause): throw Setback(cause: cause, isMisconfigured: true)
        }
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
