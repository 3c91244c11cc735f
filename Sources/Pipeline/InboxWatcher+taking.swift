import Domain
import LinuxSystem
import Logging
import Storage

/// What has settled leaves its inbox.
extension InboxWatcher {
    /// An account's batch at a time, so that one with a hundred thousand drops does not keep others waiting.
    func takeDue() async throws {
        if isUnsettled {
            let findings = try await recovery.recoverClaims()
            isUnsettled = false
            if !findings.queuedAgain.isEmpty { jobQueued.ring() }
        }
        var failure: (any Error)?
        for (id, drops) in readiness.due(at: .now, most: Intake.batch) {
            changed.insert(id)
            pulse.beat()
            do {
                // A ledger that refuses one account's claims, after waiting for long, refuses the others' too.
                if let failure, Ledger.isStorageTrouble(failure) { throw failure }
                guard let account = try await ledger.accounts.account(id) else { continue }
                try await take(drops, of: account)
            } catch let error as CancellationError {
                throw error
            } catch {
                keep(drops, of: id, because: .trouble(Trouble.words(for: error)), retryAfter: .seconds(5))
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Looks again into inboxes that held more drops than are kept in mind.
    func lookIntoRoomy() {
        for account in readiness.takeRoomy() { scan(InboxFolder(account: account, folder: nil)) }
    }

    private func take(_ drops: [DropPath], of account: Account) async throws {
        guard !isStopping.isRaised else { return }
        guard let inbox = openInbox(of: account, orKeeping: drops) else { return }
        let verdict = try await tokenFile.use(in: inbox, of: account)
        guard verdict.isAccepted else { return keep(drops, of: account.id, because: .token(verdict), retryAfter: nil) }
        // One may have changed without an event: on another machine, or under another name.
        let settled = drops.filter { drop in
            guard let status = try? inbox.status(drop.bytes), !readiness.isUnchanged(drop, of: account.id, status)
            else { return true }
            if status.kind == .directory {
                readiness.forget(drop, of: account.id)
            } else {
                readiness.see(drop, of: account.id, status, [], at: .now)
            }
            return false
        }
        let closedAnew = Set(settled.filter { readiness.isClosedAnew($0, of: account.id) })
        do {
            let outcomes = try await intake.take(settled, closedAnew: closedAnew, of: account, from: inbox)
            var causes: Set<String> = []
            for (drop, outcome) in outcomes { heed(outcome, of: drop, account, &causes) }
            for cause in causes { warn(of: cause, account) }
        } catch {
            isUnsettled = true
            throw error
        }
    }

    private func openInbox(of account: Account, orKeeping drops: [DropPath]) -> BeneathDirectory? {
        do throws(SystemError) {
            return try spool.tree.open(.inbox, of: account.name)
        } catch {
            warn(of: error.description, account)
            let reason = WaitReason.trouble(Trouble.words(for: error))
            keep(drops, of: account.id, because: reason, retryAfter: .seconds(30))
            return nil
        }
    }

    private func warn(of cause: String, _ account: Account) {
        logger.warning("drops cannot be taken", metadata: ["account": "\(account.name)", "cause": "\(cause)"])
    }

    /// - Parameter causes: the troubles' causes, for the journal.
    private func heed(
        _ outcome: Intake.Outcome, of drop: DropPath, _ account: Account, _ causes: inout Set<String>
    ) {
        switch outcome {
        case .claimed(let job):
            readiness.forget(drop, of: account.id)
            logger.info(
                "claimed",
                metadata: [
                    "job": "\(job.id)", "account": "\(account.name)", "state": "queued", "drop": "\(drop.display)",
                ])
            live.post(.job(job))
            jobQueued.ring()
        case .gone: readiness.forget(drop, of: account.id)
        case .waits(let reason, let pause):
            readiness.keep(drop, of: account.id, because: reason, retryAfter: pause, at: .now)
        case .failed(let error):
            causes.insert("\(error.call): \(error.reason)")
            let reason = WaitReason.trouble(Trouble.words(for: error))
            readiness.keep(drop, of: account.id, because: reason, retryAfter: .seconds(10), at: .now)
        case .displaced(let job):
            readiness.forget(drop, of: account.id)
            logger.warning(
                "a drop was exchanged while it was taken",
                metadata: ["job": "\(job.id)", "account": "\(account.name)", "drop": "\(drop.display)"])
            live.post(.job(job))
            archiveDisplaced(job, of: account)
        }
    }

    private func archiveDisplaced(_ job: Job, of account: Account) {
        do {
            try spool.archiveFailed(job, of: account.name)
        } catch {
            // `SpoolSweeper` tries again.
            logger.warning("an original stays in the spool", metadata: ["job": "\(job.id)", "cause": "\(error)"])
        }
        letterQueued.ring()
    }

    private func keep(
        _ drops: [DropPath], of account: Account.ID, because reason: WaitReason, retryAfter pause: Duration?
    ) {
        for drop in drops { readiness.keep(drop, of: account, because: reason, retryAfter: pause, at: .now) }
    }
}
