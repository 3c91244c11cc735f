import Domain
public import FoundationEssentials
import LinuxSystem

extension SpoolRecovery {
    /// Moves an ended job's original out of the spool.
    func archive(_ job: Job, of account: AccountName) throws(ArchiveFailure) {
        do {
            if job.state == .published {
                try spool.archiveDone(job, of: account)
            } else {
                try spool.archiveFailed(job, of: account)
            }
        } catch {
            throw ArchiveFailure(job: job, description: "\(error)")
        }
    }

    /// Tries again to move originals out of the spool whose jobs ended before `time`. Those that ended later are still in
    /// the hands of whoever ended them.
    public func archiveEnded(before time: Date) async throws -> Findings {
        var findings = Findings()
        let underWay = try await ledger.jobs.underWay()
        for name in try spool.directory().entries() {
            let parts = String(decoding: name, as: UTF8.self).split(separator: ".", maxSplits: 1)
            guard let id = parts.first.flatMap({ Job.ID($0) }), parts.last == "source", !underWay.contains(id),
                let job = try await ledger.jobs.job(id), let finished = job.finished, finished < time,
                let account = try await ledger.accounts.account(job.account)
            else { continue }
            do {
                try archive(job, of: account.name)
                findings.archived.append(id)
            } catch {
                findings.unarchived[id] = error.description
            }
        }
        return findings
    }
}
