public import Domain
import FoundationEssentials
import Glibc
public import LinuxSystem

/// Where originals go when their job has ended: `done`, or `failed` with the reason beside them.
extension Spool {
    /// Moves the original to `done`, in the folders it was dropped in. One that was moved before is no error.
    public func archiveDone(_ job: Job, of account: AccountName) throws(SystemError) {
        let done = try tree.open(.done, of: account)
        let folder = try done.makingDirectories(orNone: job.drop.folder)
        try moveSource(job, to: folder)
    }

    /// Moves the original to `failed` and writes beside it, in plain words, why.
    ///
    /// The words are written first: a crash in between leaves the original in the spool, and recovery comes back here.
    public func archiveFailed(_ job: Job, of account: AccountName) throws(SystemError) {
        let failed = try tree.open(.failed, of: account)
        let folder = try failed.makingDirectories(orNone: job.drop.folder)
        let text = Array(Self.explanation(of: job).utf8)
        try moveSource(job, to: folder) { name throws(SystemError) in
            let note = name + Array(".txt".utf8)
            do throws(SystemError) {
                try DurableFile.create(note, with: text, in: folder, mode: 0o644)
            } catch  where error.isTaken {
                let there = try? folder.open(note, flags: O_RDONLY).readAll(limit: text.count + 1)
                guard there == text else { throw error }
            }
        }
    }

    private func moveSource(
        _ job: Job, to folder: borrowing BeneathDirectory,
        preparing prepare: ([UInt8]) throws(SystemError) -> Void = { _ in }
    ) throws(SystemError) {
        let spool = try directory()
        do throws(SystemError) {
            _ = try spool.status(Self.source(job.id))
        } catch  where error.isMissing {
            return
        }
        let names = OutputName.original(job.drop.name)
        var attempt = 1
        while true {
            let name = Array(names.candidate(attempt).utf8)
            do throws(SystemError) {
                // The same file has it where a move broke off between its two names.
                if try folder.has(name), try !spool.isSameFile(Self.source(job.id), as: name, in: folder) {
                    throw SystemError(call: "rename", subject: "", code: EEXIST)
                }
                try prepare(name)
                try spool.rename(Self.source(job.id), to: name, in: folder)
                break
            } catch  where error.isTaken {
                attempt += 1
            } catch  where error.isMissing {
                // Somebody else archived it: the service, and a command that removes the account.
                return
            }
        }
        try folder.synchronize()
        try spool.synchronize()
    }

    private static func explanation(of job: Job) -> String {
        let failure = job.failure ?? JobFailure(reason: "unknown", message: "The cause was not written down.")
        return """
            \(job.drop.display) was not converted.

            \(failure.message)

            Reason: \(failure.reason)
            Job: \(job.id)
            When: \((job.finished ?? job.created).formatted(.iso8601))

            """
    }
}

extension BeneathDirectory {
    /// The directory of `folder`, made where it is missing; this one where there is no folder, or something else than a
    /// directory has its name.
    func makingDirectories(orNone folder: DropPath?) throws(SystemError) -> BeneathDirectory {
        do throws(SystemError) {
            return try makingDirectories(folder?.bytes ?? [])
        } catch  where error.isMissing || error.isLink {
            return try directory([])
        }
    }
}
