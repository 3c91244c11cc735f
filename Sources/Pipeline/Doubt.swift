import Domain
import LinuxSystem
import Storage

/// What becomes of a converter's word that nothing is wrong with the drop. Such an attempt does not count, so that a full
/// disk or a kernel without a sandbox costs nobody a video; but a drop that has taken its converter over would be tried for
/// ever by it, unseen by its owner.
///
/// SECURITY: the service looks for itself, and what it found is what it tells.
struct Doubt {
    /// Nothing is wrong with the drop, and a later attempt may do.
    struct Confirmed: Error {
        let cause: String
        /// The storage is in trouble; otherwise the administrator has to do something.
        let isOfStorage: Bool
    }

    let converters: ConverterPool
    let spool: Spool

    /// Returns where all is well but the drop.
    /// - Throws: `Confirmed` where it is not.
    func examine(_ job: Job) async throws {
        let spool = spool
        do {
            try await onBlockingThread { try spool.tryFiles(job.id) }
        } catch  where Trouble.isOfStorage(error) {
            throw Confirmed(cause: "\(error)", isOfStorage: true)
        }
        do {
            try await converters.check(in: spool)
        } catch  where !(error is CancellationError) {
            throw Confirmed(cause: "\(error)", isOfStorage: Trouble.isOfStorage(error))
        }
    }
}
