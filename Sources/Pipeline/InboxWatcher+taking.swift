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
        for (id, drops) in readiness.due(at: .now, most: Intake.batch) {
            guard let account = try await ledger.accounts.account(id) else { continue }
            changed.insert(id)
            pulse.beat()
            try await take(drops, of: account)
        }
    }

    private func take(_ drops: [DropPath], of account: Account) async throws {
        guard !isStopping.isRaised else { return }
        guard let inbox = openInbox(of: account, orKeeping: drops) else { return }
        let verdict = try await tokenFile.use(in: inbox, of: account)
        guard verdict.isAccepted else { return keep(drops, of: account, because: .token(verdict), retryAfter: nil) }
        // One may have changed without an event: on another machine, or under another name.
        let settled = drops.filter { drop in
            guard let status = try? inbox.status(drop.bytes), !readiness.isUnchanged(drop, of: account.id, status)
            else { return true }
            readiness.see(drop, of: account.id, status, [], at: .now)
            return false
        }
        let closedAnew = Set(settled.filter { readiness.isClosedAnew($0, of: account.id) })
        do {
            let outcomes = try await intake.take(settled, closedAnew: closedAnew, of: account, from: inbox)
            for (drop, outcome) in outcomes { heed(outcome, of: drop, account) }
        } catch {
            isUnsettled = true
            keep(settled, of: account, because: .trouble(Self.words(for: error)), retryAfter: .seconds(5))
            throw error
        }
    }

    private func openInbox(of account: Account, orKeeping drops: [DropPath]) -> BeneathDirectory? {
        do throws(SystemError) {
            return try spool.tree.open(.inbox, of: account.name)
        } catch {
            keep(drops, of: account, because: .trouble(error.description), retryAfter: .seconds(30))
            return nil
        }
    }

    private func heed(_ outcome: Intake.Outcome, of drop: DropPath, _ account: Account) {
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
        _ drops: [DropPath], of account: Account, because reason: WaitReason, retryAfter pause: Duration?
    ) {
        for drop in drops { readiness.keep(drop, of: account.id, because: reason, retryAfter: pause, at: .now) }
    }

    /// For the drop's owner; the journal has the cause.
    private static func words(for error: any Error) -> String {
        Trouble.isOfStorage(error) ? "the service's storage is full or not writable." : "\(error)"
    }
}
