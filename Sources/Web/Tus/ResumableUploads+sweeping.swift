import Domain
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage

extension ResumableUploads {
    /// Removes what has expired, and finishes what a stop or a full disk kept from becoming a job, until the service stops.
    func tend(logger: Logger) async {
        let interval = min(.seconds(60), lifetime)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await sweep(logger: logger)
                } catch  where !Task.isCancelled {
                    logger.warning("cannot look after unfinished uploads", metadata: ["error": "\(error)"])
                } catch {}
                // Ended early only by a stop.
                try? await Task.sleep(for: interval)
            }
        }
    }

    func sweep(at now: Date = .now, logger: Logger) async throws {
        for job in try await uploads.store.mendClaims() { uploads.announce(job) }
        for upload in try await store.ledger.uploads.due() {
            guard let account = try await store.ledger.accounts.account(upload.account) else { continue }
            do {
                try await locks.hold([upload.id]) {
                    // It may have become one meanwhile.
                    guard let upload = try await store.upload(upload.id) else { return }
                    try await finishIfDue(upload, of: account)
                }
            } catch {
                logger.warning("an upload is whole but no job yet", metadata: ["error": "\(error)"])
            }
        }
        for upload in try await store.ledger.uploads.expired(at: now) {
            do {
                try await locks.hold([upload.id]) {
                    // It may have gone on meanwhile.
                    guard let upload = try await store.upload(upload.id), upload.expires <= now, !upload.isDue else {
                        return
                    }
                    try await store.remove(upload)
                    guard upload.job == nil else { return }
                    logger.info(
                        "an unfinished upload expired",
                        metadata: ["account": "\(upload.account)", "bytes": "\(upload.offset)"])
                }
            } catch is Problem {
                // Somebody is sending to it right now.
            }
        }
        for id in try await store.removeStrangers() {
            logger.info("an upload's file that nobody knows was removed", metadata: ["upload": "\(id)"])
        }
    }
}
