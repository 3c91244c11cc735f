import Domain
import FoundationEssentials
import Glibc
import LinuxSystem
import Storage

/// Makes a finished MP3 visible: fsync, link without replacing, fsync the directory, then the transaction that also
/// queues the letter, and only then is the original archived. Nobody ever sees half an MP3.
struct Publisher {
    private let ledger: Ledger
    private let spool: Spool

    init(ledger: Ledger, spool: Spool) {
        self.ledger = ledger
        self.spool = spool
    }

    /// - Parameters:
    ///   - audio: the descriptor that the converter wrote to. A failed fsync is an error of this attempt, and the job is
    ///     redone from its source.
    ///   - duration: seconds of sound.
    ///   - waveform: their outline.
    func publish(
        _ job: Job, of account: Account, audio: consuming Descriptor, duration: Double, waveform: Data? = nil
    ) async throws -> Job {
        let raw = audio.release()
        let identity = try await onBlockingThread {
            let audio = Descriptor(owning: raw)
            try audio.synchronize()
            return try audio.status().identity
        }
        let names = OutputName.audio(for: job.drop.name)
        let spool = spool
        let folder = try await onBlockingThread { try spool.outputFolder(for: job.drop, of: account.name) }
        var attempt = 1
        while true {
            guard let output = DropPath.path(of: Array(names.candidate(attempt).utf8), in: folder) else {
                throw SystemError(call: "publish", subject: job.drop.display, code: EINVAL)
            }
            attempt += 1
            guard try await isFree(output, of: account) else { continue }
            try await ledger.jobs.reserveOutput(output, duration: duration, waveform: waveform, for: job.id)
            if try await link(job, to: output, of: account) { break }
        }
        let published = try await markPublished(job.id, identity, of: account)
        try await onBlockingThread {
            try spool.archiveDone(published, of: account.name)
            try spool.discardAudio(published.id)
        }
        return published
    }

    /// - Throws: `LedgerError.notInState` where the job was cancelled after its MP3 was linked; that is taken back.
    private func markPublished(
        _ job: Job.ID, _ audio: FileStatus.Identity, of account: Account
    ) async throws -> Job {
        do {
            return try await ledger.jobs.publish(job)
        } catch let error as LedgerError {
            if let output = try await ledger.jobs.job(job)?.output {
                let spool = spool
                try await onBlockingThread { try spool.withdraw(job, output, audio, of: account.name) }
            }
            throw error
        }
    }

    /// Spares the ledger a reservation for each name that is plainly taken; `link` has the last word.
    private func isFree(_ output: DropPath, of account: Account) async throws -> Bool {
        let tree = spool.tree
        return try await onBlockingThread {
            do throws(SystemError) {
                _ = try tree.open(.outbox, of: account.name).status(output.bytes)
                return false
            } catch  where error.isMissing {
                return true
            }
        }
    }

    /// Returns false where the name is taken.
    private func link(_ job: Job, to output: DropPath, of account: Account) async throws -> Bool {
        let spool = spool
        return try await onBlockingThread {
            do throws(SystemError) {
                try spool.link(job.id, to: output, in: try spool.tree.open(.outbox, of: account.name))
                return true
            } catch  where error.isTaken {
                return false
            }
        }
    }
}
